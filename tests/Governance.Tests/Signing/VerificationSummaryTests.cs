using Loragate.Artifacts;
using Loragate.Artifacts.Folders;
using Loragate.Artifacts.Records;
using Loragate.Artifacts.Records.Deciding;

namespace Loragate.Governance.Signing;

public sealed class VerificationSummaryTests
{
    internal static readonly FileEntry[] Files = [new("adapter_config.json", 1, Digest.Of([1])), new("adapter_model.safetensors", 2, Digest.Of([2]))];

    [Theory]
    [InlineData(Verdict.Approved, "PASSED", "LORAGATE_APPROVED", "approved")]
    [InlineData(Verdict.Rejected, "FAILED", "FAILED", "rejected")]
    [InlineData(Verdict.Undecided, "FAILED", "FAILED", "undecided")]
    public void Only_an_approved_release_has_passed(Verdict verdict, string result, string level, string word)
    {
        var predicate = Summary(verdict).ToStatement().Predicate;
        Assert.Equal(result, predicate.GetProperty("verificationResult").GetString());
        Assert.Equal(level, Assert.Single(predicate.GetProperty("verifiedLevels").EnumerateArray()).GetString());
        Assert.Equal(word, predicate.GetProperty(VerificationSummary.DecisionProperty).GetProperty("judgement").GetProperty("verdict").GetString());
    }

    [Fact]
    public void A_summary_has_the_members_of_the_specification_and_ours_under_a_URI()
    {
        var summary = Summary();
        var predicate = summary.ToStatement().Predicate;
        string[] standard = ["inputAttestations", "policy", "resourceUri", "timeVerified", "verificationResult", "verifiedLevels", "verifier"];
        var names = predicate.EnumerateObject().Select(property => property.Name).ToList();
        Assert.Equal(standard, names.Intersect(standard).Order(StringComparer.Ordinal));
        Assert.All(names.Except(standard), name => Assert.True(Uri.TryCreate(name, UriKind.Absolute, out _), name));
        Assert.Equal("2026-01-15T00:30:00Z", predicate.GetProperty("timeVerified").GetString());
        Assert.Equal(summary.Decision.Policy.Digest.Hex, predicate.GetProperty("policy").GetProperty("digest").GetProperty("sha256").GetString());
        Assert.Equal(summary.Decision.ComputeDigest().Hex, predicate.GetProperty(VerificationSummary.DecisionProperty).GetProperty("decision").GetProperty("sha256").GetString());
        var input = Assert.Single(predicate.GetProperty("inputAttestations").EnumerateArray());
        Assert.True(Uri.TryCreate(input.GetProperty("uri").GetString(), UriKind.Absolute, out _));
        Assert.Equal(Digest.Of([9]).Hex, input.GetProperty("digest").GetProperty("sha256").GetString());
    }

    [Fact]
    public void A_statement_is_read_back_as_it_was_written()
    {
        var bytes = Summary().ToStatement().ToBytes();
        Assert.Equal(bytes, Statement.Parse(bytes, "statement").ToBytes());
    }

    [Theory]
    [InlineData(Verdict.Approved)]
    [InlineData(Verdict.Undecided)]
    public void What_was_judged_and_by_what_is_read_back(Verdict verdict)
    {
        var summary = Summary(verdict);
        var read = VerificationSummary.Read(summary.ToStatement(), "verdict")!;
        Assert.Equal(Judgement.Of(summary.Decision) with { Tasks = [] }, read with { Tasks = [] });
        Assert.Equal(summary.Decision.Tasks, read.Tasks);
    }

    [Theory]
    [InlineData("\"verificationResult\":\"PASSED\"", "\"verificationResult\":\"FAILED\"", "different policies or verdicts")]
    [InlineData("\"verdict\":\"approved\"", "\"verdict\":\"rejected\"", "different policies or verdicts")]
    [InlineData("\"verdict\":\"approved\"", "\"verdict\":\"great\"", "cannot be read")]
    [InlineData("\"pinned\":true", "\"pinned\":true,\"more\":1", "cannot be read")]
    [InlineData("\"judgement\":", "\"judgment\":", "'judgement' is missing")]
    public void A_summary_that_contradicts_itself_or_is_not_understood_is_refused(string old, string @new, string fault)
    {
        var text = System.Text.Encoding.UTF8.GetString(Summary().ToStatement().ToBytes());
        Assert.Contains(old, text, StringComparison.Ordinal);
        var statement = Statement.Parse(System.Text.Encoding.UTF8.GetBytes(text.Replace(old, @new, StringComparison.Ordinal)), "statement");
        Assert.Contains(fault, Assert.Throws<SignatureException>(() => VerificationSummary.Read(statement, "verdict")).Message, StringComparison.Ordinal);
    }

    internal static Decision Decision(Verdict verdict) => new(
        new PolicyIdentity("demo", "1", Digest.Of([7])), new DateOnly(2026, 1, 15), new AdapterIdentity("adapter", FolderManifest.DigestOf(Files), Files), Digest.Of([6]),
        [new MeasuredTask("own", Digest.Of([4]), Digest.Of([5]), true)], verdict, [], [new EvidenceLink("inspection.json", "loragate.inspection/1", Digest.Of([9]))]);

    internal static VerificationSummary Summary(Verdict verdict = Verdict.Approved) => new()
    {
        VerifierId = "urn:example:gate",
        VerifierVersion = "0.1.0",
        TimeVerified = new DateTimeOffset(2026, 1, 15, 9, 30, 0, TimeSpan.FromHours(9)),
        ResourceUri = "pkg:generic/adapter",
        PolicyUri = "policies/demo.yaml",
        Decision = Decision(verdict),
        Subjects = Attestation.SubjectsOf(Files),
    };
}

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
        Assert.Equal(word, predicate.GetProperty(VerificationSummary.DecisionProperty).GetProperty("verdict").GetString());
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
        Assert.Equal(Digest.Of([9]).Hex, Assert.Single(predicate.GetProperty("inputAttestations").EnumerateArray()).GetProperty("digest").GetProperty("sha256").GetString());
    }

    [Fact]
    public void A_statement_is_read_back_as_it_was_written()
    {
        var bytes = Summary().ToStatement().ToBytes();
        Assert.Equal(bytes, Statement.Parse(bytes, "statement").ToBytes());
    }

    internal static Decision Decision(Verdict verdict) => new(
        new PolicyIdentity("demo", "1", Digest.Of([7])), new DateOnly(2026, 1, 15), new AdapterIdentity("adapter", Digest.Of([8]), Files), null, verdict, [], []);

    internal static VerificationSummary Summary(Verdict verdict = Verdict.Approved) => new()
    {
        VerifierId = "urn:example:gate",
        VerifierVersion = "0.1.0",
        TimeVerified = new DateTimeOffset(2026, 1, 15, 9, 30, 0, TimeSpan.FromHours(9)),
        ResourceUri = "pkg:generic/adapter",
        PolicyUri = "policies/demo.yaml",
        Decision = Decision(verdict),
        Subjects = Attestation.SubjectsOf(Files),
        InputAttestations = [new InputAttestation("attestations/test-result.sigstore.json", Digest.Of([9]))],
    };
}

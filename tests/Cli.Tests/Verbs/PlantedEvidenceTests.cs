using System.Text.Json;
using System.Text.Json.Nodes;
using Loragate.Artifacts;
using Loragate.Governance.Keys;
using Loragate.Governance.Publication;
using Loragate.Governance.Reports;
using Loragate.Governance.Signing;
using Loragate.Governance.Statements;
using Loragate.Testing;

namespace Loragate.Cli.Verbs;

/// <summary>A report with other records or statements inside than its decision rests on, under the gate's own key.</summary>
public sealed class PlantedEvidenceTests(FinishedDemo demo) : IDisposable
{
    private readonly TempFolder _temp = new();

    [Fact]
    public void Evidence_that_was_swapped_is_refused_even_under_the_gates_own_key()
    {
        var evidence = ReportEvidence.OfDossier(demo.DossierOf("routing-biased"), _ => null);
        var contents = evidence.ToContents(signaturesAreChecked: true);
        var good = ReportEvidence.OfDossier(demo.DossierOf("routing-good"), _ => null).Files.Single(file => file.Path == "evaluations/candidate/pairs.json");
        demo.AssertRefused(demo.Sign(contents with { Files = [.. contents.Files.Where(file => file.Path != good.Path), good] }), "evaluations/candidate/pairs.json");
    }

    [Fact]
    public void A_statement_about_something_else_is_refused_even_under_the_gates_own_key()
    {
        var contents = ReportEvidence.OfDossier(demo.DossierOf("routing-good"), _ => null).ToContents(signaturesAreChecked: true);
        using var key = SigningKey.Read(demo.Key);
        void Refused(string file, byte[] planted, string because) =>
            demo.AssertRefused(demo.Sign(contents with { Files = [.. contents.Files.Where(one => one.Path != file), new EvidenceFile(file, planted, contents.Run.Created)] }), because);
        var receipt = contents.Merge!;
        Refused("merge.sigstore.json", Attestation.Sign(MergeProvenance.Of(receipt with { Base = receipt.Base with { Name = "another" } }, "merge-receipt.json"), key), "something else of the merge");
        Refused("evaluation.sigstore.json", File.ReadAllBytes(Path.Combine(demo.DossierOf("routing-dora"), "evaluation.sigstore.json")), "something else of the tests");
        Refused("model.sig", File.ReadAllBytes(Path.Combine(demo.DossierOf("routing-dora"), "model.sig")), "it signs other files than the adapter's");
        demo.AssertRefused(demo.Sign(contents with { Files = [.. contents.Files.Where(file => file.Path != "model.sig")] }), "other files than the adapter's and its signature");
        var verdict = Statement.Parse(SigstoreBundle.Parse(contents.Files.Single(file => file.Path == "verdict.sigstore.json").Bytes, "v").Envelope.Payload, "v");
        Refused("verdict.sigstore.json", Attestation.Sign(verdict with { Subjects = [new Subject("another", Digest.Of("any"u8))] }, key), "other files than the adapter's and its signature");
        var summary = JsonNode.Parse(verdict.Predicate.GetRawText())!;
        summary["verificationResult"] = "FAILED";
        Refused("verdict.sigstore.json", Attestation.Sign(verdict with { Predicate = JsonSerializer.SerializeToElement(summary) }, key), "name different policies or verdicts");
    }

    [Theory]
    [InlineData("verdict.sigstore.json")]
    [InlineData("merge.sigstore.json")]
    [InlineData("evaluation.sigstore.json")]
    public void A_statement_that_was_left_out_is_missed(string statement)
    {
        var contents = ReportEvidence.OfDossier(demo.DossierOf("routing-good"), _ => null).ToContents(signaturesAreChecked: true);
        demo.AssertRefused(demo.Sign(contents with { Files = [.. contents.Files.Where(file => file.Path != statement)] }), $"{statement}: missing");
    }

    [Fact]
    public void A_statement_that_somebody_else_signed_is_refused_even_under_the_gates_own_key()
    {
        var contents = ReportEvidence.OfDossier(demo.DossierOf("routing-good"), _ => null).ToContents(signaturesAreChecked: true);
        Assert.Equal(["model.sig", "verdict.sigstore.json", "merge.sigstore.json", "evaluation.sigstore.json"], contents.Signatures.Select(note => note.File));
        _ = KeyFile.New(_temp.PathTo("other.pem"), KeyType.P256);
        using var other = SigningKey.Read(_temp.PathTo("other.pem"));
        var statement = MergeProvenance.Of(contents.Merge!, "merge-receipt.json");
        var planted = new EvidenceFile("merge.sigstore.json", Attestation.Sign(statement, other), contents.Run.Created);
        demo.AssertRefused(demo.Sign(contents with { Files = [.. contents.Files.Where(file => file.Path != planted.Path), planted] }), "merge.sigstore.json");
    }

    [Fact]
    public void The_proof_of_another_unmerge_is_refused_even_where_the_decision_rests_on_it()
    {
        var contents = ReportEvidence.OfDossier(demo.DossierOf("routing-biased"), _ => null).ToContents(signaturesAreChecked: true);
        var other = new EvidenceFile("unmerge-receipt.json", File.ReadAllBytes(Path.Combine(demo.DossierOf("routing-good"), "unmerge-receipt.json")), contents.Run.Created);
        var decision = contents.Decision with { Evidence = [.. contents.Decision.Evidence.Select(link => link.Path == other.Path ? link with { Digest = other.Digest } : link)] };
        var forged = new EvidenceFile("decision.json", decision.ToCanonicalJson(), contents.Run.Created);
        demo.AssertRefused(demo.Sign(contents with { Decision = decision, Files = [.. contents.Files.Where(file => file.Path != forged.Path && file.Path != other.Path), forged, other] }), "it is of another");
    }

    public void Dispose() => _temp.Dispose();
}

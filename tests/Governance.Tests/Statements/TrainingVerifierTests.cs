using System.Text.Json.Nodes;
using Loragate.Artifacts;
using Loragate.Artifacts.Folders;
using Loragate.Artifacts.Records.Training;
using Loragate.Governance.Keys;
using Loragate.Governance.Reports;
using Loragate.Governance.Reports.Pdf;
using Loragate.Governance.Signing;
using Loragate.Testing;

namespace Loragate.Governance.Statements;

public sealed class TrainingVerifierTests : IDisposable
{
    private readonly TempFolder _temp = new();
    private readonly SigningKey _key = SignedSample.NewKey();
    private readonly TrainingReceipt _receipt = ReportSamples.Trained with { Files = [new FileEntry("adapter_model.safetensors", 2, Digest.Of("{}"u8))] };

    public TrainingVerifierTests()
    {
        _temp.Write("adapter/adapter_model.safetensors", "{}"u8);
        _temp.Write($"adapter/{TrainingReceipt.FileName}", _receipt.ToCanonicalJson());
    }

    [Fact]
    public void A_trained_folder_verifies_under_its_trainers_key_alone()
    {
        Assert.True(Verify(TrainingProvenance.Of(_receipt)).IsValid);
        using var other = SignedSample.NewKey();
        var result = TrainingVerifier.Verify(_temp.PathTo("adapter"), Attestation.Sign(TrainingProvenance.Of(_receipt), other), new KeyTrust(_key.Public), "bundle", TestContext.Current.CancellationToken);
        Assert.True(result is { IsValid: false, IsByStranger: true });
    }

    [Fact]
    public void A_file_that_was_changed_added_or_lost_is_named()
    {
        _temp.Write("adapter/added.bin", "x"u8);
        Assert.Equal("added.bin", Verify(TrainingProvenance.Of(_receipt)).Findings.Single().Place);
        File.Delete(_temp.PathTo("adapter", "added.bin"));
        _temp.Write("adapter/adapter_model.safetensors", "[]"u8);
        Assert.Equal(SignatureFault.ChangedFile, Verify(TrainingProvenance.Of(_receipt)).Findings.Single().Fault);
        File.Delete(_temp.PathTo("adapter", TrainingReceipt.FileName));
        Assert.Contains(Verify(TrainingProvenance.Of(_receipt)).Findings, finding => finding.Fault == SignatureFault.MissingFile);
    }

    [Fact]
    public void A_link_or_an_empty_folder_among_the_files_is_a_finding_too()
    {
        Directory.CreateDirectory(_temp.PathTo("adapter", "empty"));
        Assert.Equal((SignatureFault.ExtraFile, "empty"), Verify(TrainingProvenance.Of(_receipt)).Findings.Select(finding => (finding.Fault, finding.Place)).Single());
        File.CreateSymbolicLink(_temp.PathTo("adapter", "link"), "adapter_model.safetensors");
        Assert.Equal((SignatureFault.UnsafeEntry, "link"), Verify(TrainingProvenance.Of(_receipt)).Findings.Select(finding => (finding.Fault, finding.Place)).Single());
    }

    [Fact]
    public void A_statement_that_says_something_else_than_the_receipt_is_refused()
    {
        var said = TrainingProvenance.Of(_receipt);
        var predicate = JsonNode.Parse(said.Predicate.GetRawText())!;
        predicate["buildDefinition"]!["resolvedDependencies"]!.AsArray().RemoveAt(0);
        var result = Verify(said with { Predicate = System.Text.Json.JsonDocument.Parse(predicate.ToJsonString()).RootElement });
        Assert.Equal((SignatureFault.OtherSubject, TrainingReceipt.FileName), (result.Findings.Single().Fault, result.Findings.Single().Place));
    }

    public void Dispose()
    {
        _key.Dispose();
        _temp.Dispose();
    }

    private VerificationResult Verify(Statement statement) =>
        TrainingVerifier.Verify(_temp.PathTo("adapter"), Attestation.Sign(statement, _key), new KeyTrust(_key.Public), "bundle", TestContext.Current.CancellationToken);
}

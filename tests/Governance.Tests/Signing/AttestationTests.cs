using System.Text.Json;
using System.Text.Json.Nodes;
using Loragate.Artifacts;
using Loragate.Artifacts.Folders;
using Loragate.Artifacts.Records.Deciding;

namespace Loragate.Governance.Signing;

public sealed class AttestationTests
{
    private const string Type = "https://example.org/predicate/v1";

    [Fact]
    public void A_signed_statement_is_read_back_under_its_type_only()
    {
        using var test = new TestFolder();
        var bundle = Attestation.Sign(NewStatement(VerificationSummaryTests.Files), test.Key);
        var result = Attestation.Verify(bundle, test.Key.Public, Type, "attestation");
        Assert.True(result.IsValid);
        Assert.Equal(NewStatement(VerificationSummaryTests.Files).ToBytes(), result.Statement!.ToBytes());
        var other = Attestation.Verify(bundle, test.Key.Public, VerificationSummary.PredicateType, "attestation");
        Assert.Equal(SignatureFault.OtherPredicate, Assert.Single(other.Findings).Fault);
    }

    [Fact]
    public void Any_changed_byte_of_an_attestation_is_refused()
    {
        using var test = new TestFolder();
        var bundle = Attestation.Sign(NewStatement(VerificationSummaryTests.Files), test.Key);
        for (var i = 0; i < bundle.Length; i++)
        {
            bundle[i] ^= 1;
            Assert.False(Attestation.Verify(bundle, test.Key.Public, Type, "attestation").IsValid, $"byte {i}");
            bundle[i] ^= 1;
        }
    }

    [Fact]
    public void A_model_signature_is_no_attestation_and_the_other_way_round()
    {
        using var test = new TestFolder();
        Assert.False(Attestation.Verify(test.Sign(), test.Key.Public, Type, "attestation").IsValid);
        Assert.Equal(SignatureFault.OtherPredicate, Assert.Single(test.Verify(Attestation.Sign(NewStatement(VerificationSummaryTests.Files), test.Key)).Findings).Fault);
    }

    [Fact]
    public void Subjects_name_the_adapter_by_its_signed_payload_and_every_file()
    {
        using var test = new TestFolder();
        var files = FolderManifest.Read(test.Path, TestContext.Current.CancellationToken).Files;
        var bundle = test.Sign();
        var subjects = Attestation.SubjectsOf("adapter", bundle, files);
        Assert.Equal(files.Count + 1, subjects.Count);
        Assert.Equal(Digest.Of(OmsSigner.Manifest(test.Path, TestContext.Current.CancellationToken).ToStatement().ToBytes()), subjects[0].Sha256);
        var statement = NewStatement(files) with { Subjects = subjects };
        Assert.True(Attestation.Covers(statement, files));
        Assert.False(Attestation.Covers(statement, [.. files, new FileEntry("extra", 1, Digest.Of([1]))]));
        Assert.False(Attestation.Covers(statement, [files[0] with { Path = "renamed" }]));
        Assert.False(Attestation.Covers(statement, []));
    }

    [Fact]
    public void A_signed_record_verifies_as_itself_only()
    {
        using var test = new TestFolder();
        var (approved, rejected) = (VerificationSummaryTests.Decision(Verdict.Approved), VerificationSummaryTests.Decision(Verdict.Rejected));
        var signature = RecordSignature.Sign(approved, test.Key);
        Assert.True(RecordSignature.Verify(approved.ToCanonicalJson(), signature, test.Key.Public, "decision.json").IsValid);
        AssertFault(SignatureFault.OtherSubject, rejected.ToCanonicalJson(), signature);
        AssertFault(SignatureFault.OtherSubject, [], signature);
        AssertFault(SignatureFault.OtherPredicate, approved.ToCanonicalJson(), test.Sign());
        AssertFault(SignatureFault.MalformedBundle, approved.ToCanonicalJson(), []);

        void AssertFault(SignatureFault fault, byte[] record, byte[] bundle) =>
            Assert.Equal(fault, Assert.Single(RecordSignature.Verify(record, bundle, test.Key.Public, "decision.json").Findings).Fault);
    }

    [Fact]
    public void A_record_signed_under_another_schema_or_by_another_key_is_refused()
    {
        using var test = new TestFolder();
        using var other = new TestFolder();
        var record = VerificationSummaryTests.Decision(Verdict.Approved);
        var claim = new Statement([new Subject("loragate.run/1", record.ComputeDigest())], RecordSignature.PredicateType, JsonSerializer.SerializeToElement(new JsonObject { ["schema"] = "loragate.run/1" }));
        var result = RecordSignature.Verify(record.ToCanonicalJson(), Attestation.Sign(claim, test.Key), test.Key.Public, "decision.json");
        Assert.Contains("loragate.run/1", Assert.Single(result.Findings).Message, StringComparison.Ordinal);
        var planted = RecordSignature.Verify(record.ToCanonicalJson(), RecordSignature.Sign(record, other.Key), test.Key.Public, "decision.json");
        Assert.Equal(SignatureFault.OtherKey, Assert.Single(planted.Findings).Fault);
    }

    private static Statement NewStatement(IEnumerable<FileEntry> files) =>
        new(Attestation.SubjectsOf(files), Type, JsonSerializer.SerializeToElement(new JsonObject { ["says"] = "something" }));
}

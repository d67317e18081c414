using System.Text.Json;
using System.Text.Json.Nodes;
using Loragate.Artifacts;
using Loragate.Artifacts.Folders;
using Loragate.Artifacts.Records;
using Loragate.Artifacts.Records.Deciding;
using Loragate.Governance.Tests.Deciding;
using Record = Loragate.Artifacts.Records.Record;

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
    public void A_signed_record_verifies_as_itself_made_by_its_run_and_filed_in_its_place_only()
    {
        using var test = new TestFolder();
        var (approved, rejected) = (VerificationSummaryTests.Decision(Verdict.Approved), VerificationSummaryTests.Decision(Verdict.Rejected));
        var signature = RecordSignature.Sign(approved, SampleEvidence.Run(), "decision.json", test.Key);
        Assert.True(Verify(approved, SampleEvidence.Run(), "decision.json", signature).IsValid);
        AssertFault(SignatureFault.OtherSubject, Verify(rejected, SampleEvidence.Run(), "decision.json", signature));
        AssertFault(SignatureFault.OtherSubject, Verify(approved, SampleEvidence.Run(age: 1), "decision.json", signature));
        AssertFault(SignatureFault.OtherSubject, Verify(approved, SampleEvidence.Run(), "evaluations/base/decision.json", signature));
        AssertFault(SignatureFault.OtherPredicate, Verify(approved, SampleEvidence.Run(), "decision.json", test.Sign()));
        AssertFault(SignatureFault.MalformedBundle, Verify(approved, SampleEvidence.Run(), "decision.json", []));
        AssertFault(SignatureFault.OtherSubject, RecordSignature.Verify(ReadOnlyMemory<byte>.Empty, SampleEvidence.Run().ToCanonicalJson(), "decision.json", signature, test.Key.Public, "decision.json"));

        VerificationResult Verify(Record record, Run run, string role, byte[] bundle) =>
            RecordSignature.Verify(record.ToCanonicalJson(), run.ToCanonicalJson(), role, bundle, test.Key.Public, "decision.json");
    }

    [Fact]
    public void A_record_signed_under_another_schema_without_its_run_or_by_another_key_is_refused()
    {
        using var test = new TestFolder();
        using var other = new TestFolder();
        var (record, run) = (VerificationSummaryTests.Decision(Verdict.Approved), SampleEvidence.Run());
        Subject[] subjects = [new("loragate.run/1", record.ComputeDigest()), new("loragate.run/1", run.ComputeDigest())];
        var predicate = JsonSerializer.SerializeToElement(new JsonObject { ["schema"] = "loragate.run/1", ["role"] = "decision.json" });
        Assert.Contains("loragate.run/1", Assert.Single(Verify(Attestation.Sign(new Statement(subjects, RecordSignature.PredicateType, predicate), test.Key)).Findings).Message, StringComparison.Ordinal);
        AssertFault(SignatureFault.OtherSubject, Verify(Attestation.Sign(new Statement([subjects[0]], RecordSignature.PredicateType, predicate), test.Key)));
        AssertFault(SignatureFault.OtherKey, Verify(RecordSignature.Sign(record, run, "decision.json", other.Key)));

        VerificationResult Verify(byte[] bundle) =>
            RecordSignature.Verify(record.ToCanonicalJson(), run.ToCanonicalJson(), "decision.json", bundle, test.Key.Public, "decision.json");
    }

    [Fact]
    public void What_says_the_same_is_kept_and_anything_else_is_signed_anew()
    {
        using var test = new TestFolder();
        using var other = new TestFolder();
        var (statement, signer) = (NewStatement(VerificationSummaryTests.Files), new Signer(test.Key));
        var first = Attestation.SignOrKeep(statement, signer, null);
        Assert.Same(first, Attestation.SignOrKeep(statement, signer, first));
        AssertSignedAnew(Attestation.SignOrKeep(statement with { Subjects = [statement.Subjects[0]] }, signer, first));
        AssertSignedAnew(Attestation.SignOrKeep(statement, signer, Attestation.Sign(statement, other.Key)));
        AssertSignedAnew(Attestation.SignOrKeep(statement, signer, [1, 2, 3]));

        void AssertSignedAnew(byte[] bundle)
        {
            Assert.NotEqual(first, bundle);
            Assert.True(Attestation.Verify(bundle, test.Key.Public, Type, "attestation").IsValid);
        }
    }

    private static void AssertFault(SignatureFault fault, VerificationResult result) => Assert.Equal(fault, Assert.Single(result.Findings).Fault);

    private static Statement NewStatement(IEnumerable<FileEntry> files) =>
        new(Attestation.SubjectsOf(files), Type, JsonSerializer.SerializeToElement(new JsonObject { ["says"] = "something" }));
}

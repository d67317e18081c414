using System.Formats.Asn1;
using System.Security.Cryptography.Pkcs;
using System.Text;
using Loragate.Artifacts.Folders;
using Loragate.Artifacts.Records.Deciding;
using Loragate.Governance.Signing;
using Loragate.Governance.Signing.Timestamps;
using Loragate.Testing;

namespace Loragate.Governance.Publication;

public sealed class ReleaseVerifierTests
{
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_changed_added_or_lost_byte_anywhere_is_named_with_and_without_the_ledgers_key(bool withLog)
    {
        using var release = new TestRelease();
        Assert.Empty(release.Verify(withLog));
        foreach (var file in FolderManifest.List(release.Folder))
        {
            var path = release.PathTo(file);
            var honest = File.ReadAllBytes(path);
            File.WriteAllBytes(path, [.. honest[..^1], (byte)(honest[^1] ^ 1)]);
            AssertNames(release, withLog, file);
            File.Delete(path);
            AssertNames(release, withLog, file);
            File.WriteAllBytes(path, honest);
        }
        foreach (var file in (string[])["notes.txt", "adapter/notes.txt", "attestations/other.sigstore.json", "run.json.sigstore.json"])
        {
            release.Write(file, "planted"u8);
            AssertNames(release, withLog, file);
            File.Delete(release.PathTo(file));
        }
        Assert.Empty(release.Verify(withLog));
    }

    [Fact]
    public void A_file_of_an_unknown_name_is_refused_even_where_it_is_sealed()
    {
        using var release = new TestRelease();
        release.Write("install.sh", "echo"u8);
        Assert.Throws<FolderException>(release.Seal);
        var files = FolderManifest.Read(release.Folder, TestContext.Current.CancellationToken).Files.Where(file => file.Path != ReleaseLayout.Seal);
        var seal = Attestation.Verify(File.ReadAllBytes(release.PathTo(ReleaseLayout.Seal)), release.Signer.Own, ReleaseSeal.PredicateType, "seal").Statement!;
        release.Write(ReleaseLayout.Seal, Attestation.Sign(seal with { Subjects = Attestation.SubjectsOf(files) }, release.Signer));
        var finding = Assert.Single(release.Verify(withLog: false));
        Assert.Equal((SignatureFault.ExtraFile, "install.sh"), (finding.Fault, finding.Place));
    }

    [Theory]
    [InlineData("\"tlogEntries\":[]", "\"tlogEntries\":[{\"planted\":1}]")]
    [InlineData("\"keyid\":\"\"", "\"keyid\":\"planted\"")]
    [InlineData("\"tlogEntries\":[]", "\"timestampVerificationData\":{},\"tlogEntries\":[]")]
    [InlineData("{\"dsseEnvelope\"", "{ \"dsseEnvelope\"")]
    public void A_seal_that_holds_what_nothing_vouches_for_is_refused(string old, string planted)
    {
        using var release = new TestRelease();
        var seal = File.ReadAllText(release.PathTo(ReleaseLayout.Seal));
        Assert.Contains(old, seal, StringComparison.Ordinal);
        release.Write(ReleaseLayout.Seal, System.Text.Encoding.UTF8.GetBytes(seal.Replace(old, planted, StringComparison.Ordinal)));
        Assert.Equal((ReleaseLayout.Seal, SignatureFault.MalformedBundle), release.Verify(withLog: true).Select(finding => (finding.Place, finding.Fault)).Single());
    }

    [Fact]
    public void A_seal_with_a_time_stamp_holds()
    {
        Assert.SkipUnless(Shell.Has("openssl"), "openssl is not installed.");
        using var release = new TestRelease();
        using var authority = new Authority();
        var seal = File.ReadAllBytes(release.PathTo(ReleaseLayout.Seal));
        release.Write(ReleaseLayout.Seal, BundleStamp.Add(seal, authority.Reply(BundleStamp.Request(seal, "seal")), "seal"));
        Assert.Empty(release.Verify(withLog: true));
    }

    [Fact]
    public void A_byte_of_a_stamped_seal_that_was_changed_is_noticed()
    {
        Assert.SkipUnless(Shell.Has("openssl"), "openssl is not installed.");
        using var release = new TestRelease();
        using var authority = new Authority();
        var seal = File.ReadAllBytes(release.PathTo(ReleaseLayout.Seal));
        var stamped = BundleStamp.Add(seal, authority.Reply(BundleStamp.Request(seal, "seal")), "seal");
        var stamp = SigstoreBundle.Parse(stamped, "seal").Timestamps[0].ToArray();
        release.Write(ReleaseLayout.Seal, stamped);
        Assert.Empty(release.Verify(withLog: false));

        // Around the time stamp anywhere; in it what the authority signed, and its signature. What else a token carries only roots judge.
        var text = Convert.ToBase64String(stamp);
        var begin = Encoding.ASCII.GetString(stamped).IndexOf(text, StringComparison.Ordinal);
        var random = new Random(11);
        foreach (var at in Enumerable.Range(0, 100).Select(_ => random.Next(stamped.Length - text.Length)).Select(at => at < begin ? at : at + text.Length))
            AssertRefused([.. stamped[..at], (byte)(stamped[at] ^ 1), .. stamped[(at + 1)..]], $"byte {at} of {stamped.Length}");
        Assert.True(Rfc3161TimestampToken.TryDecode(StampResponse.TokenIn(stamp), out var token, out _));
        var signed = token!.TokenInfo.Encode();
        foreach (var at in Enumerable.Range(stamp.AsSpan().IndexOf(signed), signed.Length).Concat(Enumerable.Range(stamp.Length - 60, 60)))
            AssertRefused(SigstoreBundle.WithTimestamp(seal, (byte[])[.. stamp[..at], (byte)(stamp[at] ^ 1), .. stamp[(at + 1)..]]), $"byte {at} of the time stamp's {stamp.Length}");

        void AssertRefused(byte[] forged, string where)
        {
            release.Write(ReleaseLayout.Seal, forged);
            Assert.True(release.Verify(withLog: false).Count > 0, where);
        }
    }

    [Fact]
    public void Words_in_the_status_of_a_time_stamp_are_signed_by_nobody_and_refused_in_a_seal()
    {
        Assert.SkipUnless(Shell.Has("openssl"), "openssl is not installed.");
        using var release = new TestRelease();
        using var authority = new Authority();
        var seal = File.ReadAllBytes(release.PathTo(ReleaseLayout.Seal));
        var reply = StampResponse.TokenIn(authority.Reply(BundleStamp.Request(seal, "seal")));
        var writer = new AsnWriter(AsnEncodingRules.DER);
        using (writer.PushSequence())
        {
            using (writer.PushSequence())
            {
                writer.WriteInteger(0);
                using (writer.PushSequence())
                    writer.WriteCharacterString(UniversalTagNumber.UTF8String, "planted");
            }
            writer.WriteEncodedValue(reply.Span);
        }
        release.Write(ReleaseLayout.Seal, SigstoreBundle.WithTimestamp(seal, writer.Encode()));
        Assert.Equal((ReleaseLayout.Seal, SignatureFault.MalformedBundle), release.Verify(withLog: false).Select(finding => (finding.Place, finding.Fault)).Single());
    }

    [Fact]
    public void The_proof_of_another_release_is_refused_under_the_ledgers_key()
    {
        using var release = new TestRelease();
        release.Write(ReleaseLayout.Report, "%PDF another"u8);
        release.Seal();
        Assert.Empty(release.Verify(withLog: false));
        Assert.Equal(ReleaseLayout.Proof, Assert.Single(release.Verify(withLog: true)).Place);
    }

    [Fact]
    public void A_release_that_was_never_logged_is_not_proved_to_be()
    {
        using var release = new TestRelease(logged: false);
        Assert.Empty(release.Verify(withLog: false));
        Assert.Equal(SignatureFault.MissingFile, Assert.Single(release.Verify(withLog: true)).Fault);
    }

    [Fact]
    public void A_rejected_verdict_makes_no_release()
    {
        using var release = new TestRelease(Verdict.Rejected);
        Assert.Contains(release.Verify(withLog: true), finding => finding is { Place: ReleaseLayout.Verdict, Fault: SignatureFault.OtherPredicate });
    }

    [Fact]
    public void Another_gates_seal_does_not_hold()
    {
        using var release = new TestRelease();
        using var other = new TestFolder();
        ReleaseSeal.Sign(release.Folder, release.Decision.ComputeDigest(), new Signer(other.Key), null, TestContext.Current.CancellationToken);
        Assert.Equal(SignatureFault.OtherKey, Assert.Single(release.Verify(withLog: true)).Fault);
    }

    [Fact]
    public void An_adapter_of_very_many_files_is_logged_by_one_digest()
    {
        using var release = new TestRelease(notes: 1500);
        Assert.Empty(release.Verify(withLog: true));
        File.Delete(release.PathTo("adapter/notes/a-note-with-quite-a-long-name-7.txt"));
        AssertNames(release, withLog: true, "adapter/notes/a-note-with-quite-a-long-name-7.txt");
    }

    [Fact]
    public void A_release_is_known_by_any_of_its_marks()
    {
        using var release = new TestRelease();
        Assert.True(ReleaseVerifier.IsRelease(release.Folder));
        Assert.False(ReleaseVerifier.IsRelease(release.PathTo("adapter")));
        foreach (var mark in (string[])[ReleaseLayout.Proof, ReleaseLayout.Verdict, ReleaseLayout.Seal, ReleaseLayout.Report])
        {
            File.Delete(release.PathTo(mark));
            Assert.True(ReleaseVerifier.IsRelease(release.Folder), mark);
            Assert.NotEmpty(release.Verify(withLog: false));
        }
    }

    /// <summary>A file of the signed folder is named by the model's signature as it is named within it.</summary>
    private static void AssertNames(TestRelease release, bool withLog, string file) =>
        Assert.Contains(release.Verify(withLog), finding => finding.Place == file || finding.Place.StartsWith(file + ",", StringComparison.Ordinal));
}

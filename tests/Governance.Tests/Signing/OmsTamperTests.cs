using System.Text;
using System.Text.Json.Nodes;
using Loragate.Governance.Keys;
using Loragate.Testing;

namespace Loragate.Governance.Signing;

public sealed class OmsTamperTests
{
    [Fact]
    public void Any_changed_byte_of_the_folder_is_refused_and_its_file_named()
    {
        using var test = new TestFolder();
        var bundle = test.Sign();
        foreach (var path in Directory.EnumerateFiles(test.Path, "*", SearchOption.AllDirectories))
        {
            var bytes = File.ReadAllBytes(path);
            for (var i = 0; i < bytes.Length; i++)
            {
                File.WriteAllBytes(path, Changed(bytes, i, 1));
                var finding = Assert.Single(test.Verify(bundle).Findings);
                Assert.Equal((SignatureFault.ChangedFile, Path.GetRelativePath(test.Path, path)), (finding.Fault, finding.Place));
            }
            File.WriteAllBytes(path, bytes);
        }
        Assert.True(test.Verify(bundle).IsValid);
    }

    [Theory]
    [InlineData(0x01)]
    [InlineData(0x02)]
    [InlineData(0x04)]
    [InlineData(0x20)]
    [InlineData(0x80)]
    public void Any_changed_byte_of_the_bundle_is_refused(int mask)
    {
        using var test = new TestFolder();
        var bundle = test.Sign();
        for (var i = 0; i < bundle.Length; i++)
        {
            var result = test.Verify(Changed(bundle, i, mask));
            Assert.False(result.IsValid, $"byte {i} ({(char)bundle[i]}) xor {mask}");
            Assert.NotEmpty(result.Findings);
        }
    }

    [Fact]
    public void Any_shorter_or_longer_bundle_is_refused()
    {
        using var test = new TestFolder();
        var bundle = test.Sign();
        for (var length = 0; length < bundle.Length; length++)
            Assert.Equal(SignatureFault.MalformedBundle, Assert.Single(test.Verify(bundle.AsMemory(0, length)).Findings).Fault);
        Assert.False(test.Verify((byte[])[.. bundle, (byte)'x']).IsValid);
    }

    [Fact]
    public void Every_fault_of_a_folder_is_told_at_once()
    {
        using var test = new TestFolder();
        var bundle = test.Sign();
        File.Delete(Path.Combine(test.Path, "adapter_config.json"));
        test.Temp.Write("adapter/adapter_model.safetensors", "Weights"u8);
        test.Temp.Write("adapter/extra.py", [1]);
        File.CreateSymbolicLink(Path.Combine(test.Path, "link"), "extra.py");
        Assert.Equal(
            [
                (SignatureFault.UnsafeEntry, "link"),
                (SignatureFault.MissingFile, "adapter_config.json"),
                (SignatureFault.ChangedFile, "adapter_model.safetensors"),
                (SignatureFault.ExtraFile, "extra.py"),
            ],
            test.Verify(bundle).Findings.Select(finding => (finding.Fault, finding.Place)));
    }

    [Fact]
    public void Pipes_are_refused_without_being_opened()
    {
        using var test = new TestFolder();
        var bundle = test.Sign();
        File.Delete(Path.Combine(test.Path, "adapter_config.json"));
        Shell.Run("mkfifo", test.Path, "adapter_config.json");
        Assert.Contains(test.Verify(bundle).Findings, finding => finding is { Fault: SignatureFault.UnsafeEntry, Place: "adapter_config.json" });
    }

    [Fact]
    public void Each_refusal_names_its_cause()
    {
        AssertFault(SignatureFault.OtherPredicate, manifest => manifest["predicateType"] = "https://example.org/other");
        AssertFault(SignatureFault.MalformedStatement, manifest => manifest["extra"] = 1);
        AssertFault(SignatureFault.MalformedStatement, manifest => manifest["predicate"]!["extra"] = 1);
        AssertFault(SignatureFault.MalformedStatement, manifest => manifest["predicate"]!["serialization"]!["allow_symlinks"] = "no");
        AssertFault(SignatureFault.UnsupportedSerialization, manifest => manifest["predicate"]!["serialization"]!["method"] = "shards");
        AssertFault(SignatureFault.UnsupportedSerialization, manifest => manifest["predicate"]!["serialization"]!["hash_type"] = "md5");
        AssertFault(SignatureFault.RootMismatch, manifest => manifest["subject"]![0]!["digest"]!["sha256"] = new string('0', 64));
        AssertFault(SignatureFault.UnsafeName, manifest => manifest["predicate"]!["resources"]![0]!["name"] = "../adapter_config.json");
        AssertFault(SignatureFault.DuplicateName, manifest => manifest["predicate"]!["resources"]![0]!["name"] = "adapter_model.safetensors");
        AssertFault(SignatureFault.EmptyManifest, manifest => manifest["predicate"]!["resources"] = new JsonArray());
        AssertFault(SignatureFault.UnsafeIgnorePath, manifest => manifest["predicate"]!["serialization"]!["ignore_paths"] = new JsonArray("*.py"));
        AssertFault(SignatureFault.UnsafeIgnorePath, manifest => manifest["predicate"]!["serialization"]!["ignore_paths"] = new JsonArray("notes"));
        AssertFault(SignatureFault.UnsafeIgnorePath, manifest => manifest["predicate"]!["serialization"]!["ignore_paths"] = new JsonArray([.. Enumerable.Range(0, 1001).Select(i => JsonValue.Create($"log{i}"))]));
        AssertFault(SignatureFault.HiddenFile, manifest => manifest["predicate"]!["serialization"]!["ignore_paths"] = new JsonArray("hidden"), "hidden/model.bin");
        AssertFault(SignatureFault.HiddenFile, manifest => manifest["predicate"]!["serialization"]!["ignore_paths"] = new JsonArray("Tokenizer.JSON"), "Tokenizer.JSON");
    }

    [Fact]
    public void Another_key_and_an_Ed25519_key_are_refused()
    {
        using var test = new TestFolder();
        using var other = new TestFolder();
        var bundle = test.Sign();
        Assert.Equal(SignatureFault.OtherKey, Fault(test, bundle, other.Key.Public));
        var ed25519 = VerificationKey.FromPem(KeyFile.New(test.Temp.PathTo("ed25519"), KeyType.Ed25519), "key");
        Assert.Equal(SignatureFault.OtherKey, Fault(test, bundle, ed25519));
        var claimed = Encoding.UTF8.GetString(bundle).Replace(test.Key.Public.Hint.Hex, other.Key.Public.Hint.Hex, StringComparison.Ordinal);
        Assert.Equal(SignatureFault.BadSignature, Fault(test, Encoding.UTF8.GetBytes(claimed), other.Key.Public));
    }

    [Fact]
    public void A_certificate_bundle_is_refused_by_name()
    {
        using var test = new TestFolder();
        var bundle = SigstoreBundle.Parse(test.Sign(), "bundle") with { Material = new CertificateChainMaterial([new byte[] { 1, 2, 3 }]) };
        Assert.Equal(SignatureFault.UnsupportedMethod, Fault(test, bundle.ToBytes(), test.Key.Public));
    }

    private static SignatureFault Fault(TestFolder test, ReadOnlyMemory<byte> bundle, VerificationKey key) =>
        Assert.Single(OmsVerifier.Verify(test.Path, bundle, key, cancellationToken: TestContext.Current.CancellationToken).Findings).Fault;

    private static void AssertFault(SignatureFault fault, Action<JsonNode> change, string? file = null)
    {
        using var test = new TestFolder();
        var statement = JsonNode.Parse(OmsSigner.Manifest(test.Path, TestContext.Current.CancellationToken).ToStatement().ToBytes())!;
        change(statement);
        if (file is not null)
            test.Temp.Write(Path.Combine("adapter", file), [1]);
        var payload = Encoding.UTF8.GetBytes(statement.ToJsonString());
        var bundle = new SigstoreBundle(new PublicKeyMaterial(test.Key.Public.Hint.Hex, null), DsseEnvelope.Sign(Statement.PayloadType, payload, test.Key));
        Assert.Equal(fault, Assert.Single(test.Verify(bundle.ToBytes()).Findings).Fault);
    }

    private static byte[] Changed(byte[] bytes, int index, int mask)
    {
        var copy = bytes.ToArray();
        copy[index] ^= (byte)mask;
        return copy;
    }
}

using System.Text;
using System.Text.Json.Nodes;
using Loragate.Artifacts.Folders;
using Loragate.Governance.Keys;
using Loragate.Testing;

namespace Loragate.Governance.Signing;

public sealed class OmsSignerTests
{
    [Theory]
    [InlineData(KeyType.P256)]
    [InlineData(KeyType.P384)]
    [InlineData(KeyType.P521)]
    public void A_signed_folder_verifies(KeyType type)
    {
        using var test = new TestFolder(type);
        var result = test.Verify(test.Sign());
        Assert.True(result.IsValid, string.Join("; ", result.Findings));
        Assert.Empty(result.Warnings);
        Assert.Equal(ModelManifest.PredicateType, result.Statement!.PredicateType);
    }

    [Fact]
    public void Two_bundles_of_a_folder_differ_by_their_signature_only()
    {
        using var test = new TestFolder();
        var (first, second) = (WithoutSignature(test.Sign()), WithoutSignature(test.Sign()));
        Assert.Equal(first.ToJsonString(), second.ToJsonString());
    }

    [Fact]
    public void Resources_stand_in_code_point_order()
    {
        using var test = new TestFolder();
        string[] names = ["adapter.json", "adapter/x", "adapter-x", "a", "Z", "\uFF46ull", "\U0001F999", "é"];
        foreach (var name in names)
            test.Temp.Write(Path.Combine("adapter", name), [1]);
        var manifest = OmsSigner.Manifest(test.Path, TestContext.Current.CancellationToken);
        Assert.True(manifest.IsSorted);
        var expected = manifest.Resources.Select(resource => resource.Name).OrderBy(name => Convert.ToHexString(Encoding.UTF8.GetBytes(name)), StringComparer.Ordinal);
        Assert.Equal(expected, manifest.Resources.Select(resource => resource.Name));
        Assert.Equal(names.Length + 3, manifest.Resources.Count);
    }

    [Fact]
    public void Version_control_at_the_top_is_no_part_of_the_model()
    {
        using var test = new TestFolder();
        test.Temp.Write("adapter/.git/HEAD", [1]);
        test.Temp.Write("adapter/.gitignore", [1]);
        var bundle = test.Sign();
        test.Temp.Write("adapter/.git/HEAD", [2]);
        Assert.True(test.Verify(bundle).IsValid);
        test.Temp.Write("adapter/notes/.gitignore", [1]);
        Assert.Equal(SignatureFault.ExtraFile, Assert.Single(test.Verify(bundle).Findings).Fault);
    }

    [Fact]
    public void What_cannot_be_signed_is_refused()
    {
        using var temp = new TempFolder();
        using var test = new TestFolder();
        Assert.Throws<FolderException>(() => OmsSigner.Sign(temp.PathTo("nowhere"), test.Key, TestContext.Current.CancellationToken));
        Directory.CreateDirectory(temp.PathTo("empty", "below"));
        Assert.Throws<FolderException>(() => OmsSigner.Sign(temp.PathTo("empty"), test.Key, TestContext.Current.CancellationToken));
        AssertRefused(test, path => File.CreateSymbolicLink(path, test.Temp.PathTo("key.pem")));
        AssertRefused(test, path => Directory.CreateSymbolicLink(path, test.Temp.Path));
        AssertRefused(test, path => Shell.Run("mkfifo", test.Temp.Path, path));
        AssertRefused(test, path => File.WriteAllText(path + "\\x", ""), "\\x");
        AssertRefused(test, path => File.WriteAllText(path + "\u202E", ""), "\u202E");
        Assert.NotEmpty(test.Sign());
    }

    private static void AssertRefused(TestFolder test, Action<string> make, string suffix = "")
    {
        var path = Path.Combine(test.Path, "odd");
        make(path);
        Assert.Contains("odd", Assert.Throws<FolderException>(test.Sign).Message, StringComparison.Ordinal);
        File.Delete(path + suffix);
    }

    private static JsonNode WithoutSignature(byte[] bundle)
    {
        var node = JsonNode.Parse(bundle)!;
        Assert.True(node["dsseEnvelope"]!["signatures"]![0]!.AsObject().Remove("sig"));
        return node;
    }
}

using System.Text;
using Loragate.Governance.Keys;
using Loragate.Testing;

namespace Loragate.Governance.Signing;

public sealed class SignaturesPageTests
{
    private const string Page = "signatures.v1.md";

    [Fact]
    public void The_statement_of_the_format_page_is_the_payload_of_its_bundle()
    {
        var statement = Encoding.UTF8.GetBytes(FormatPage.Example(Page, "json statement").TrimEnd());
        var manifest = ModelManifest.From(Statement.Parse(statement, Page), Page);
        Assert.Equal("routing-good", manifest.Name);
        Assert.Equal(statement, manifest.ToStatement().ToBytes());
        Assert.Equal(statement, SigstoreBundle.Parse(Bundle(), Page).Envelope.Payload.ToArray());
        Assert.Equal(Bundle(), SigstoreBundle.Parse(Bundle(), Page).ToBytes());
    }

    [Fact]
    public void The_bundle_of_the_format_page_verifies_the_folder_that_it_describes()
    {
        using var temp = new TempFolder();
        temp.Write("routing-good/adapter_config.json", "{}"u8);
        temp.Write("routing-good/adapter_model.safetensors", "example"u8);
        var key = VerificationKey.FromPem(FormatPage.Example(Page, "text key"), Page);
        var result = OmsVerifier.Verify(temp.PathTo("routing-good"), Bundle(), key, cancellationToken: TestContext.Current.CancellationToken);
        Assert.True(result.IsValid, string.Join("; ", result.Findings));
    }

    [Theory]
    [InlineData(KeyType.P256, "-sha256")]
    [InlineData(KeyType.P384, "-sha384")]
    [InlineData(KeyType.P521, "-sha512")]
    public void The_recipe_of_the_format_page_verifies_a_signature_with_openssl_alone(KeyType type, string hash)
    {
        Assert.SkipUnless(Shell.Has("openssl") && Shell.Has("sh"), "openssl or sh is not installed.");
        using var test = new TestFolder(type);
        test.Temp.Write("key.pub.pem", Encoding.ASCII.GetBytes(test.Key.Public.Pem));
        test.Temp.Write("model.sig", test.Sign());
        var recipe = FormatPage.Example(Page, "sh verify").Replace("-sha256", hash, StringComparison.Ordinal);
        var good = Shell.Run("sh", test.Temp.Path, "-ec", recipe);
        Assert.True(good.ExitCode == 0 && good.Output == "Verified OK\n", good.Output + good.Error);
        Assert.Equal(OmsSigner.Manifest(test.Path, TestContext.Current.CancellationToken).ToStatement().ToBytes(), File.ReadAllBytes(test.Temp.PathTo("payload.json")));

        using var other = new TestFolder(type);
        test.Temp.Write("key.pub.pem", Encoding.ASCII.GetBytes(other.Key.Public.Pem));
        Assert.NotEqual(0, Shell.Run("sh", test.Temp.Path, "-ec", recipe).ExitCode);
    }

    private static byte[] Bundle() => Encoding.UTF8.GetBytes(FormatPage.Example(Page, "json bundle").TrimEnd());
}

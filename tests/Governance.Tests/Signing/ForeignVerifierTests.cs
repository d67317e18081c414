using System.Text;
using Loragate.Governance.Keys;
using Loragate.Testing;

namespace Loragate.Governance.Signing;

[Trait(SharedFolder.Category, SharedFolder.Name)]
public sealed class ForeignVerifierTests(ForeignVerifierFixture verifier) : IClassFixture<ForeignVerifierFixture>
{
    [Theory]
    [InlineData(KeyType.P256)]
    [InlineData(KeyType.P384)]
    [InlineData(KeyType.P521)]
    public void An_independent_verifier_accepts_our_signature_and_refuses_a_changed_folder(KeyType type)
    {
        Assert.SkipWhen(verifier.Absent.Length > 0, verifier.Absent);
        using var test = new TestFolder(type);
        var key = test.Temp.Write("key.pub.pem", Encoding.ASCII.GetBytes(test.Key.Public.Pem));
        var bundle = test.Temp.Write("model.sig", test.Sign());
        var accepted = verifier.Verify(key, bundle, test.Path);
        Assert.True(accepted.ExitCode == 0, accepted.Error);
        Assert.StartsWith("valid: signature and folder", accepted.Output, StringComparison.Ordinal);
        test.Temp.Write("adapter/adapter_config.json", "{\"r\":5}"u8);
        Assert.Equal(1, verifier.Verify(key, bundle, test.Path).ExitCode);
    }

    [Fact]
    public void An_independent_verifier_accepts_our_attestations()
    {
        Assert.SkipWhen(verifier.Absent.Length > 0, verifier.Absent);
        using var test = new TestFolder();
        var key = test.Temp.Write("key.pub.pem", Encoding.ASCII.GetBytes(test.Key.Public.Pem));
        var bundle = test.Temp.Write("vsa.sigstore.json", Attestation.Sign(VerificationSummaryTests.Summary().ToStatement(), test.Key));
        var accepted = verifier.Verify(key, bundle);
        Assert.True(accepted.ExitCode == 0, accepted.Error);
    }
}

using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Loragate.Governance.Keys;

namespace Loragate.Governance.Signing;

public sealed class CertificateTests
{
    private static readonly DateTimeOffset Start = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);
    private static readonly DateTimeOffset End = new(2027, 1, 1, 0, 0, 0, TimeSpan.Zero);

    [Fact]
    public void A_folder_signed_by_certificate_verifies_under_its_root_at_its_time()
    {
        using var test = new TestFolder();
        var (rootPem, chainPem) = Issue(test.Key);
        var bundle = OmsSigner.Sign(test.Path, new Signer(test.Key, CertificateChainMaterial.FromPem(chainPem, test.Key.Public, "chain")), TestContext.Current.CancellationToken);
        Assert.Empty(Verify(test, bundle, rootPem, Start.AddDays(1)).Findings);
        AssertUntrusted(Verify(test, bundle, rootPem, Start.AddDays(-1)));
        AssertUntrusted(Verify(test, bundle, rootPem, End.AddDays(1)));
        AssertUntrusted(Verify(test, bundle, Issue(test.Key).RootPem, Start.AddDays(1)));
        test.Temp.Write("adapter/adapter_config.json", "{}"u8);
        Assert.Equal(SignatureFault.ChangedFile, Assert.Single(Verify(test, bundle, rootPem, Start.AddDays(1)).Findings).Fault);
    }

    [Fact]
    public void A_statement_signed_by_certificate_verifies_under_its_root_only()
    {
        using var test = new TestFolder();
        var (rootPem, chainPem) = Issue(test.Key);
        var chain = CertificateChainMaterial.FromPem(chainPem, test.Key.Public, "chain");
        var bundle = Attestation.Sign(VerificationSummaryTests.Summary().ToStatement(), new Signer(test.Key, chain));
        Assert.True(Verify(rootPem).IsValid);
        AssertUntrusted(Verify(Issue(test.Key).RootPem));
        var bareKey = Attestation.Verify(bundle, test.Key.Public, VerificationSummary.PredicateType, "vsa");
        Assert.Equal(SignatureFault.UnsupportedMethod, Assert.Single(bareKey.Findings).Fault);

        VerificationResult Verify(string roots) =>
            Attestation.Verify(bundle, CertificateTrust.FromPem(roots, Start.AddDays(1), "roots"), VerificationSummary.PredicateType, "vsa");
    }

    [Fact]
    public void Any_changed_byte_of_a_certificate_bundle_is_refused()
    {
        using var test = new TestFolder();
        var (rootPem, chainPem) = Issue(test.Key);
        var bundle = OmsSigner.Sign(test.Path, new Signer(test.Key, CertificateChainMaterial.FromPem(chainPem, test.Key.Public, "chain")), TestContext.Current.CancellationToken);
        for (var i = 0; i < bundle.Length; i++)
        {
            bundle[i] ^= 1;
            Assert.False(Verify(test, bundle, rootPem, Start.AddDays(1)).IsValid, $"byte {i}");
            bundle[i] ^= 1;
        }
    }

    [Fact]
    public void A_certificate_over_another_key_and_text_without_certificates_are_refused()
    {
        using var test = new TestFolder();
        using var other = new TestFolder();
        Assert.Throws<KeyException>(() => CertificateChainMaterial.FromPem(Issue(other.Key).ChainPem, test.Key.Public, "chain"));
        Assert.Throws<KeyException>(() => CertificateChainMaterial.FromPem("", test.Key.Public, "chain"));
        Assert.Throws<KeyException>(() => CertificateTrust.FromPem("", Start, "roots"));
        Assert.Throws<KeyException>(() => CertificateTrust.FromPem("-----BEGIN CERTIFICATE-----\nMAA=\n-----END CERTIFICATE-----\n", Start, "roots"));
    }

    private static void AssertUntrusted(VerificationResult result) =>
        Assert.Equal(SignatureFault.UntrustedCertificate, Assert.Single(result.Findings).Fault);

    private static VerificationResult Verify(TestFolder test, ReadOnlyMemory<byte> bundle, string rootPem, DateTimeOffset at) =>
        OmsVerifier.Verify(test.Path, bundle, CertificateTrust.FromPem(rootPem, at, "roots"), cancellationToken: TestContext.Current.CancellationToken);

    private static (string RootPem, string ChainPem) Issue(SigningKey key)
    {
        using var rootKey = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var rootRequest = new CertificateRequest("CN=test root", rootKey, HashAlgorithmName.SHA256);
        rootRequest.CertificateExtensions.Add(new X509BasicConstraintsExtension(certificateAuthority: true, false, 0, critical: true));
        rootRequest.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.KeyCertSign, critical: true));
        using var root = rootRequest.CreateSelfSigned(Start, End);
        using var publicKey = ECDsa.Create();
        publicKey.ImportFromPem(key.Public.Pem);
        var request = new CertificateRequest("CN=signer", publicKey, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.DigitalSignature, critical: true));
        request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([new Oid("1.3.6.1.5.5.7.3.3")], critical: false));
        using var leaf = request.Create(root, Start, End, [1, 2, 3]);
        return (root.ExportCertificatePem(), leaf.ExportCertificatePem());
    }
}

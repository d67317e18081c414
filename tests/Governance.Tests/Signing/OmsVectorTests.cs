using Loragate.Governance.Keys;
using Loragate.Testing;

namespace Loragate.Governance.Signing;

[Trait(SharedFolder.Category, SharedFolder.Name)]
public sealed class OmsVectorTests
{
    public static TheoryData<OmsCase> KeyCases => [.. OmsCase.All.Where(item => item.Method == "key")];

    public static TheoryData<OmsCase> CertificateCases => [.. OmsCase.All.Where(item => item.Method == "certificate")];

    [Theory(SkipTestWithoutData = true)]
    [MemberData(nameof(KeyCases))]
    public void The_verdict_on_a_key_signed_bundle_is_the_expected_one(OmsCase item)
    {
        var (valid, text) = Verdict(item);
        if (item.Expected != "any")
            Assert.True(valid == (item.Expected == "valid"), $"{item.Id} expected {item.Expected}: {text}");
    }

    /// <summary>Certificates are not supported: whatever their verdict, a bare key must refuse them and say why.</summary>
    [Theory(SkipTestWithoutData = true)]
    [MemberData(nameof(CertificateCases))]
    public void A_certificate_signed_bundle_is_refused_by_name(OmsCase item)
    {
        using var temp = new TempFolder();
        var folder = item.Prepare(temp);
        var result = OmsVerifier.Verify(folder, File.ReadAllBytes(SharedFolder.PathTo("vectors", "oms", "bundles", item.Bundle)), OtherKey(), cancellationToken: TestContext.Current.CancellationToken);
        Assert.False(result.IsValid);
        Assert.True(Assert.Single(result.Findings).Fault is SignatureFault.UnsupportedMethod or SignatureFault.MalformedBundle or SignatureFault.OtherKey);
    }

    [Fact]
    public void Every_case_has_a_method_that_these_tests_know()
    {
        Assert.SkipUnless(SharedFolder.IsPresent, SharedFolder.Absent);
        Assert.Equal(OmsCase.All.Count, KeyCases.Count + CertificateCases.Count);
        Assert.NotEmpty(KeyCases);
    }

    private static (bool Valid, string Text) Verdict(OmsCase item)
    {
        using var temp = new TempFolder();
        var folder = item.Prepare(temp);
        var bundle = File.ReadAllBytes(SharedFolder.PathTo("vectors", "oms", "bundles", item.Bundle));
        var path = item.BundleInFolder is { } name ? Path.Combine(folder, name) : temp.PathTo("model.sig");
        File.WriteAllBytes(path, bundle);
        try
        {
            var key = VerificationKey.FromPem(File.ReadAllText(SharedFolder.PathTo("vectors", "oms", "bundles", item.Key!)), item.Key!);
            var result = OmsVerifier.Verify(folder, bundle, key, path, TestContext.Current.CancellationToken);
            Assert.Equal(result.IsValid, result.Findings.Count == 0);
            return (result.IsValid, string.Join("; ", result.Findings));
        }
        catch (KeyException e)
        {
            return (false, e.Message);
        }
    }

    private static VerificationKey OtherKey() =>
        VerificationKey.FromPem(File.ReadAllText(SharedFolder.PathTo("vectors", "oms", "bundles", "keys", "p256-other.pub.pem")), "p256-other.pub.pem");
}

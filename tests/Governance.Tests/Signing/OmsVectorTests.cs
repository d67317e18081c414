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
        var (valid, text, _) = Verdict(item);
        if (item.Expected != "any")
            Assert.True(valid == (item.Expected == "valid"), $"{item.Id} expected {item.Expected}: {text}");
    }

    [Theory(SkipTestWithoutData = true)]
    [MemberData(nameof(CertificateCases))]
    public void The_verdict_on_a_certificate_signed_bundle_is_the_expected_one(OmsCase item)
    {
        var (valid, text, _) = Verdict(item);
        Assert.True(valid == (item.Expected == "valid"), $"{item.Id} expected {item.Expected}: {text}");
    }

    [Fact]
    public void Every_refusal_names_its_cause()
    {
        Assert.SkipUnless(SharedFolder.IsPresent, SharedFolder.Absent);
        var told = OmsCase.All.Where(item => item.Expected == "invalid").Select(item => (item.Id, Verdict(item).Faults));
        var others = told.Where(one => one.Faults.Count == 0 || !one.Faults.SetEquals(OmsCauses.Of(one.Id))).Select(one => $"[\"{one.Id}\"] = [{string.Join(", ", one.Faults)}],");
        Assert.True(!others.Any(), string.Join('\n', others));
    }

    [Theory(SkipTestWithoutData = true)]
    [MemberData(nameof(CertificateCases))]
    public void A_bare_key_opens_no_certificate_signed_bundle(OmsCase item)
    {
        using var temp = new TempFolder();
        var result = OmsVerifier.Verify(item.Prepare(temp), item.ReadBundle(), OtherKey(), cancellationToken: TestContext.Current.CancellationToken);
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

    private static (bool Valid, string Text, IReadOnlySet<SignatureFault> Faults) Verdict(OmsCase item)
    {
        using var temp = new TempFolder();
        var (folder, bundle) = (item.Prepare(temp), item.ReadBundle());
        var path = item.BundleInFolder is { } name ? Path.Combine(folder, name) : temp.PathTo("model.sig");
        File.WriteAllBytes(path, bundle);
        try
        {
            var result = item.Method == "key"
                ? OmsVerifier.Verify(folder, bundle, VerificationKey.FromPem(OmsCase.ReadText(item.Key!), item.Key!), path, TestContext.Current.CancellationToken)
                : OmsVerifier.Verify(folder, bundle, Trust(item), path, TestContext.Current.CancellationToken);
            Assert.Equal(result.IsValid, result.Findings.Count == 0);
            return (result.IsValid, string.Join("; ", result.Findings), result.Findings.Select(finding => finding.Fault).ToHashSet());
        }
        catch (KeyException e)
        {
            // The vector's own key is none that anybody may trust.
            return (false, e.Message, new HashSet<SignatureFault> { SignatureFault.OtherKey });
        }
    }

    private static CertificateTrust Trust(OmsCase item) =>
        CertificateTrust.FromPem(string.Concat(item.Roots.Select(OmsCase.ReadText)), item.At ?? TimeProvider.System.GetUtcNow(), item.Id);

    private static VerificationKey OtherKey() =>
        VerificationKey.FromPem(OmsCase.ReadText("keys/p256-other.pub.pem"), "p256-other.pub.pem");
}

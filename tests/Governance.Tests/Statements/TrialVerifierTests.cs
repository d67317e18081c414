using System.Text;
using System.Text.Json.Nodes;
using Loragate.Artifacts.Records.Training;
using Loragate.Governance.Keys;
using Loragate.Governance.Signing;
using Loragate.Governance.Trials;
using Loragate.Governance.Trust;

namespace Loragate.Governance.Statements;

public sealed class TrialVerifierTests : IDisposable
{
    private static readonly DateOnly Day = new(2026, 7, 1);
    private static readonly TrialReport Report = SampleTrials.Report(SampleTrials.Result("lora", 200, 20));

    private readonly TrustFolder _trust = new();

    [Fact]
    public void Trials_verify_under_the_key_of_whoever_ran_them_alone()
    {
        Assert.True(TrialVerifier.Verify(Report, Signed(Report, "runner"), new KeyTrust(_trust.Key("runner").Public), "bundle").IsValid);
        Assert.True(TrialVerifier.Verify(Report, Signed(Report, "stranger"), new KeyTrust(_trust.Key("runner").Public), "bundle") is { IsValid: false, IsByStranger: true });
        Assert.Equal(_trust.Key("runner").Public.Hint, SigstoreBundle.Parse(Signed(Report, "runner"), "bundle").ClaimedKey("bundle"));
    }

    [Theory]
    [InlineData("runner")]
    [InlineData("stranger")]
    public void A_signature_over_another_report_is_refused_whoever_signed_it(string signer)
    {
        var other = Report with { Results = [Report.Results[0] with { Bytes = 19 }] };
        var result = TrialVerifier.Verify(other, Signed(Report, signer), new KeyTrust(_trust.Key("runner").Public), "bundle");
        Assert.Equal((SignatureFault.OtherSubject, "bundle"), result.Findings.Select(finding => (finding.Fault, finding.Place)).Single());
    }

    [Fact]
    public void A_signature_whose_bytes_were_changed_is_refused()
    {
        var parsed = SigstoreBundle.Parse(Signed(Report, "runner"), "bundle");
        var bytes = parsed.Envelope.Signatures[0].Bytes.ToArray();
        bytes[^1] ^= 1;
        var changed = (parsed with { Envelope = parsed.Envelope with { Signatures = [new DsseSignature(bytes, "")] } }).ToBytes();
        var result = TrialVerifier.Verify(Report, changed, new KeyTrust(_trust.Key("runner").Public), "bundle");
        Assert.Equal(SignatureFault.BadSignature, result.Findings.Single().Fault);
        Assert.False(result.IsByStranger);
    }

    [Theory]
    [InlineData("from=2026-07-01T23:00:00Z", true)]
    [InlineData("from=2026-07-02T00:00:00Z", false)]
    [InlineData("compromised=2026-07-01T20:00:00Z", false)]
    [InlineData("until=2026-07-02T00:00:00Z", true)]
    public void By_a_trust_policy_the_key_has_to_be_good_at_the_end_of_the_day(string window, bool isValid)
    {
        var people = _trust.Policy($"trainer: author|runner {window}");
        Assert.Equal(isValid, TrialVerifier.Verify(Report, Signed(Report, "runner"), people, Day, "bundle").IsValid);
        Assert.Equal(isValid ? "trainer" : null, TrialVerifier.SignerOf(Report, Signed(Report, "runner"), people, Day, "bundle").Signer?.Id);
    }

    [Fact]
    public void A_certificate_tells_its_key_and_counts_where_the_trust_policy_names_it()
    {
        var people = _trust.Policy("trainer: author|CN=trainer");
        var bundle = Attestation.Sign(TrialProvenance.Of(Report), _trust.Certified("trainer"));
        Assert.True(TrialVerifier.Verify(Report, bundle, people, Day, "bundle").IsValid);
        Assert.Equal(_trust.Key("trainer-certified").Public.Hint, SigstoreBundle.Parse(bundle, "bundle").ClaimedKey("bundle"));
    }

    [Fact]
    public void A_bundle_that_holds_its_key_and_names_none_is_told_by_that_key_and_counts_under_it()
    {
        var (key, people) = (_trust.Key("runner").Public, _trust.Policy("trainer: author|runner"));
        var bundle = Holding(Pem.Decode(key.Pem, Pem.PublicKey, "key"));
        Assert.True(TrialVerifier.Verify(Report, bundle, new KeyTrust(key), "bundle").IsValid);
        Assert.Equal("trainer", TrialVerifier.SignerOf(Report, bundle, people, Day, "bundle").Signer?.Id);
        Assert.Equal(key.Hint, SigstoreBundle.Parse(bundle, "bundle").ClaimedKey("bundle"));
        var fault = Assert.Throws<SignatureException>(() => SigstoreBundle.Parse(Holding([1, 2, 3]), "bundle").ClaimedKey("bundle"));
        Assert.Contains("what it holds as 'rawBytes' is not a public key of a known kind", fault.Message, StringComparison.Ordinal);
    }

    public void Dispose() => _trust.Dispose();

    /// <summary>As bundles were made before OMS 1.0: with the key itself in the place of its fingerprint.</summary>
    private byte[] Holding(byte[] spki)
    {
        var bundle = JsonNode.Parse(Signed(Report, "runner"))!;
        bundle["verificationMaterial"]!["publicKey"] = new JsonObject { ["rawBytes"] = Convert.ToBase64String(spki) };
        return Encoding.UTF8.GetBytes(bundle.ToJsonString());
    }

    private byte[] Signed(TrialReport report, string key) => Attestation.Sign(TrialProvenance.Of(report), _trust.Key(key));
}

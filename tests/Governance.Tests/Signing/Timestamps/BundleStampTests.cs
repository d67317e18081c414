using System.Text;
using System.Text.Json.Nodes;
using Loragate.Testing;

namespace Loragate.Governance.Signing.Timestamps;

public sealed class BundleStampTests : IDisposable
{
    private readonly TestFolder _test = new();
    private readonly byte[] _signed;
    private readonly Authority? _authority;

    public BundleStampTests()
    {
        Assert.SkipUnless(Shell.Has("openssl"), "openssl is not installed.");
        (_authority, _signed) = (new Authority(), _test.Sign());
    }

    [Fact]
    public void A_stamped_signature_proves_its_time_and_stays_the_same_signature()
    {
        var stamped = SigstoreBundle.Parse(Stamp(_authority!), "bundle");
        var plain = SigstoreBundle.Parse(_signed, "bundle");
        Assert.Equal(plain.Envelope.Signatures[0].Bytes.ToArray(), stamped.Envelope.Signatures[0].Bytes.ToArray());
        Assert.Equal(plain.ToBytes(), stamped.ToBytes());
        Assert.Equal("CN=tsa", Trust(_authority!).ProveInside(stamped, "bundle")!.Authority);
        Assert.Null(Trust(_authority!).ProveInside(plain, "bundle"));
        Assert.True(_test.Verify(Stamp(_authority!)).IsValid);
    }

    [Fact]
    public void Of_several_time_stamps_one_of_a_trusted_authority_is_enough_and_without_one_the_signature_has_no_time()
    {
        using var other = new Authority();
        var both = SigstoreBundle.Parse(Stamp(_authority!, Stamp(other)), "bundle");
        Assert.Equal(2, both.Timestamps.Count);
        Assert.NotNull(Trust(_authority!).ProveInside(both, "bundle"));
        Assert.NotNull(Trust(other).ProveInside(both, "bundle"));
        using var stranger = new Authority();
        Assert.Equal(SignatureFault.UntrustedTimestamp, Assert.Throws<SignatureException>(() => Trust(stranger).ProveInside(both, "bundle")).Kind);
    }

    [Fact]
    public void An_answer_about_another_signature_or_no_answer_at_all_is_not_put_in()
    {
        foreach (var response in new[] { _authority!.Stamp("something else"u8), "no response"u8.ToArray(), [], [.. _authority.Reply(BundleStamp.Request(_signed, "bundle")), 0] })
            Assert.Throws<SignatureException>(() => BundleStamp.Add(_signed, response, "bundle"));
    }

    [Fact]
    public void Where_a_time_stamp_belongs_nothing_lies_but_one_about_this_signature_whoever_is_asked()
    {
        var foreign = SigstoreBundle.Parse(Stamp(_authority!, _test.Sign()), "bundle");
        foreach (var planted in new[] { "planted"u8.ToArray(), [], _authority!.Stamp("something else"u8), _authority!.Stamp("something else"u8, withCertificate: false), foreign.Timestamps[0].ToArray() })
        {
            var bundle = SigstoreBundle.WithTimestamp(_signed, planted);
            Assert.Equal(SignatureFault.UntrustedTimestamp, Assert.Throws<SignatureException>(() => SigstoreBundle.Parse(bundle, "bundle")).Kind);
            Assert.False(_test.Verify(bundle).IsValid);
        }
        var signature = SigstoreBundle.Parse(_signed, "bundle").Envelope.Signatures[0].Bytes.Span;
        foreach (var honest in new[] { _authority!.Stamp(signature), _authority!.Stamp(signature, "-sha512", tokenOnly: true), _authority!.Stamp(signature, withCertificate: false) })
            Assert.Single(SigstoreBundle.Parse(SigstoreBundle.WithTimestamp(_signed, honest), "bundle").Timestamps);
    }

    [Theory]
    [InlineData("{\"rfc3161Timestamps\":[{\"signedTimestamp\":\"AA==\",\"time\":\"now\"}]}")]
    [InlineData("{\"rfc3161Timestamps\":[{\"signedTimestamp\":\"?\"}]}")]
    [InlineData("{\"rfc3161Timestamps\":{}}")]
    [InlineData("{\"others\":[]}")]
    [InlineData("[]")]
    public void Time_stamps_in_another_form_are_malformed(string data)
    {
        var bundle = JsonNode.Parse(_signed)!;
        bundle["verificationMaterial"]!["timestampVerificationData"] = JsonNode.Parse(data);
        Assert.Equal(SignatureFault.MalformedBundle, Assert.Throws<SignatureException>(() => SigstoreBundle.Parse(Encoding.UTF8.GetBytes(bundle.ToJsonString()), "bundle")).Kind);
    }

    public void Dispose()
    {
        _authority?.Dispose();
        _test.Dispose();
    }

    private byte[] Stamp(Authority authority, byte[]? bundle = null) => BundleStamp.Add(bundle ?? _signed, authority.Reply(BundleStamp.Request(bundle ?? _signed, "bundle")), "bundle");

    private static TimestampTrust Trust(Authority authority) => TimestampTrust.FromPem(authority.RootsPem, "roots");
}

using System.Formats.Asn1;
using System.Security.Cryptography;
using System.Security.Cryptography.Pkcs;
using System.Security.Cryptography.X509Certificates;
using Loragate.Governance.Trust;
using Loragate.Testing;

namespace Loragate.Governance.Signing.Timestamps;

public sealed class TimestampTrustTests : IDisposable
{
    private readonly TestFolder _test = new();
    private readonly SigstoreBundle _bundle;
    private readonly Authority? _authority;

    public TimestampTrustTests()
    {
        Assert.SkipUnless(Shell.Has("openssl"), "openssl is not installed.");
        _authority = new Authority();
        _bundle = SigstoreBundle.Parse(_test.Sign(), "bundle");
    }

    private ReadOnlySpan<byte> Signature => _bundle.Envelope.Signatures[0].Bytes.Span;

    private TimestampTrust Trust => TimestampTrust.FromPem(_authority!.RootsPem, "roots");

    [Theory]
    [InlineData("-sha256", true)]
    [InlineData("-sha256", false)]
    [InlineData("-sha384", false)]
    [InlineData("-sha512", false)]
    public void A_time_stamp_of_openssl_proves_when_a_signature_existed(string hash, bool tokenOnly)
    {
        var before = DateTimeOffset.UtcNow.AddSeconds(-1);
        var proved = Trust.Prove(_authority!.Stamp(Signature, hash: hash, tokenOnly: tokenOnly), _bundle, "token");
        // Whole seconds, and two more of accuracy.
        Assert.InRange(proved.Time, before, DateTimeOffset.UtcNow.AddSeconds(3));
        Assert.Equal("CN=tsa", proved.Authority);
    }

    [Fact]
    public void A_token_without_its_certificate_needs_it_beside_the_roots()
    {
        var token = _authority!.Stamp(Signature, withCertificate: false);
        AssertRefused(token, Trust);
        var both = _authority.RootsPem + File.ReadAllText(_authority.Temp.PathTo("tsa.pem"));
        Assert.Equal("CN=tsa", TimestampTrust.FromPem(both, "roots").Prove(token, _bundle, "token").Authority);
    }

    [Fact]
    public void A_time_stamp_of_another_signature_another_authority_or_a_weak_hash_proves_nothing()
    {
        using var other = new Authority();
        AssertRefused(_authority!.Stamp("something else"u8), Trust);
        AssertRefused(other.Stamp(Signature), Trust);
        AssertRefused(_authority.Stamp(Signature, hash: "-sha1"), Trust);
        AssertRefused(_authority.Stamp(_bundle.Envelope.Payload.Span), Trust);
    }

    [Theory]
    [InlineData("loose")]
    [InlineData("code")]
    public void A_certificate_for_other_uses_stamps_no_time(string signer)
    {
        // openssl refuses to stamp with such a certificate: what it stamped is signed again.
        Assert.Equal("CN=tsa", Trust.Prove(SignAgain(Signature, "tsa"), _bundle, "token").Authority);
        AssertRefused(SignAgain(Signature, signer), Trust);
    }

    [Fact]
    public void Any_changed_byte_and_what_is_no_token_is_refused_in_words()
    {
        var token = _authority!.Stamp(Signature, tokenOnly: true);
        var proved = Trust.Prove(token, _bundle, "token");
        var survived = new List<int>();
        for (var i = 0; i < token.Length; i++)
        {
            token[i] ^= 1;
            var refusal = Record.Exception(() => Assert.Equal(proved, Trust.Prove(token, _bundle, "token")));
            if (refusal is not (null or SignatureException))
                survived.Add(i);
            token[i] ^= 1;
        }
        Assert.Empty(survived);
        foreach (var bytes in (byte[][])[[], [0x30, 0x00], [0x30, 0x80], token[..^1], [.. token, 0], "%PDF"u8.ToArray()])
            AssertRefused(bytes, Trust);
    }

    [Fact]
    public void A_trust_policy_names_the_authorities_and_its_digest_covers_them()
    {
        using var folder = new TrustFolder();
        var text = folder.Text("gate-ci: gate | gate");
        var without = folder.Read(text);
        Assert.Null(without.Timestamps);
        folder.Temp.Write("tsa.pem", System.Text.Encoding.ASCII.GetBytes(_authority!.RootsPem));
        var with = folder.Read(text + "timestampRoots: [tsa.pem]\n");
        Assert.Equal("CN=tsa", with.Timestamps!.Prove(_authority.Stamp(Signature), _bundle, "token").Authority);
        folder.Temp.Write("tsa.pem", System.Text.Encoding.ASCII.GetBytes(_authority.RootsPem + "\n"));
        Assert.NotEqual(with.Digest, folder.Read(text + "timestampRoots: [tsa.pem]\n").Digest);
        Assert.Throws<TrustException>(() => folder.Read(text + "timestampRoots: [nowhere.pem]\n"));
    }

    public void Dispose()
    {
        _authority?.Dispose();
        _test.Dispose();
    }

    /// <summary>What the authority says about some bytes, signed by the key of another certificate (RFC 5035 §4: the token names the certificate by its hash).</summary>
    private byte[] SignAgain(ReadOnlySpan<byte> data, string signer)
    {
        const string SigningCertificateV2 = "1.2.840.113549.1.9.16.2.47";
        var said = new SignedCms();
        said.Decode(_authority!.Stamp(data, tokenOnly: true));
        using var certificate = X509Certificate2.CreateFromPemFile(_authority.Temp.PathTo($"{signer}.pem"), _authority.Temp.PathTo($"{signer}.key"));
        var writer = new AsnWriter(AsnEncodingRules.DER);
        using (writer.PushSequence())
        using (writer.PushSequence())
        using (writer.PushSequence())
            writer.WriteOctetString(SHA256.HashData(certificate.RawData));
        var cms = new SignedCms(said.ContentInfo);
        cms.ComputeSignature(new CmsSigner(SubjectIdentifierType.IssuerAndSerialNumber, certificate)
        {
            DigestAlgorithm = new Oid("2.16.840.1.101.3.4.2.1"),
            IncludeOption = X509IncludeOption.EndCertOnly,
            SignedAttributes = { new AsnEncodedData(SigningCertificateV2, writer.Encode()) },
        });
        return cms.Encode();
    }

    private void AssertRefused(byte[] token, TimestampTrust trust) =>
        Assert.Equal(SignatureFault.UntrustedTimestamp, Assert.Throws<SignatureException>(() => trust.Prove(token, _bundle, "token")).Kind);
}

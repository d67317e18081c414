using Loragate.Governance.Keys;
using Loragate.Governance.Signing;
using Loragate.Testing;

namespace Loragate.Governance.Reports.Pdf;

public sealed class CmsFormTests
{
    private static readonly DateTimeOffset Time = new(2026, 5, 1, 9, 0, 0, TimeSpan.Zero);
    private static readonly byte[] Content = "a report"u8.ToArray();

    [Fact]
    public void No_bit_of_a_reports_signature_is_free()
    {
        using var key = SignedSample.NewKey();
        var cms = CmsSignature.Sign(Content, new Signer(key), Time);
        Assert.Equal(key.Public.Hint, Verify(cms, key).Key.Hint);
        for (var bit = 0; bit < 8 * cms.Length; bit++)
            AssertRefused(Flipped(cms, bit), key, bit);
    }

    [Theory]
    [InlineData(KeyType.P384)]
    [InlineData(KeyType.P521)]
    public void The_form_is_that_of_every_kind_of_key(KeyType type)
    {
        using var key = SignedSample.NewKey(type);
        var cms = CmsSignature.Sign(Content, new Signer(key), Time);
        Assert.Equal(key.Public.Hint, Verify(cms, key).Key.Hint);
        var random = new Random(384);
        for (var i = 0; i < cms.Length; i++)
            AssertRefused(Flipped(cms, 8 * i + random.Next(8)), key, i);
    }

    [Fact]
    public void Of_a_stamped_signature_only_header_fields_of_the_stamp_itself_are_free_and_mean_nothing()
    {
        Assert.SkipUnless(Shell.Has("openssl"), "openssl is not installed.");
        using var authority = new Authority();
        using var key = SignedSample.NewKey();
        var plain = CmsSignature.Sign(Content, new Signer(key), Time);
        var stamped = CmsSignature.Stamped(plain, authority.Reply(CmsSignature.StampRequest(plain, "report")), "report");
        var expected = Verify(stamped, key);
        Assert.NotNull(expected.Stamped);
        var random = new Random(3161);
        var free = 0;
        for (var i = 0; i < stamped.Length; i++)
        {
            try
            {
                Assert.Equal(expected.Stamped, Verify(Flipped(stamped, 8 * i + random.Next(8)), key).Stamped);
                free++;
                Assert.True(i > plain.Length - 10, $"byte {i} lies before the stamp");
            }
            catch (SignatureException)
            {
                // Refused, as nearly every one.
            }
        }
        Assert.True(free < stamped.Length / 2, $"{free} of {stamped.Length} bytes are free");
    }

    [Fact]
    public void A_second_unsigned_attribute_is_refused()
    {
        using var key = SignedSample.NewKey();
        var cms = new System.Security.Cryptography.Pkcs.SignedCms(new(Content), detached: true);
        cms.Decode(CmsSignature.Sign(Content, new Signer(key), Time));
        cms.SignerInfos[0].AddUnsignedAttribute(new System.Security.Cryptography.AsnEncodedData(new System.Security.Cryptography.Oid("1.2.840.113549.1.9.5"), [0x05, 0x00]));
        Assert.Throws<SignatureException>(() => Verify(cms.Encode(), key));
    }

    [Theory]
    [InlineData(KeyType.P256)]
    [InlineData(KeyType.P384)]
    [InlineData(KeyType.P521)]
    public void Of_the_two_forms_that_an_ECDSA_signature_has_only_the_low_one_is_taken(KeyType type)
    {
        using var key = SignedSample.NewKey(type);
        for (var i = 0; i < 8; i++)
        {
            var cms = CmsSignature.Sign(Content, new Signer(key), Time);
            var mirrored = MirroredSignature.Of(cms, type);
            Assert.True(MirroredSignature.IsValid(mirrored, Content), "the mirrored signature is one of the same key over the same bytes");
            Assert.Equal(key.Public.Hint, Verify(cms, key).Key.Hint);
            AssertRefused(mirrored, key, i);
        }
    }

    private static (VerificationKey Key, DateTimeOffset? Stamped) Verify(byte[] cms, SigningKey key) => CmsSignature.Verify(cms, Content, new KeyTrust(key.Public), "report");

    private static void AssertRefused(byte[] cms, SigningKey key, int place)
    {
        var refusal = Record.Exception(() => Verify(cms, key));
        Assert.True(refusal is SignatureException, $"at {place}: {refusal?.ToString() ?? "accepted"}");
    }

    private static byte[] Flipped(byte[] bytes, int bit)
    {
        var flipped = bytes.ToArray();
        flipped[bit / 8] ^= (byte)(1 << bit % 8);
        return flipped;
    }
}

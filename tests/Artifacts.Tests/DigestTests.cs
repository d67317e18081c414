using System.Security.Cryptography;
using Loragate.Artifacts.Records;
using Loragate.Testing;

namespace Loragate.Artifacts;

public sealed class DigestTests
{
    /// <summary>FIPS 180-4 examples, and the digest of nothing.</summary>
    [Theory]
    [InlineData("", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855")]
    [InlineData("abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad")]
    [InlineData("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq", "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1")]
    public void The_published_examples_hold(string text, string hex) => Assert.Equal(hex, Digest.Of(System.Text.Encoding.ASCII.GetBytes(text)).Hex);

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData((1 << 20) - 1)]
    [InlineData(1 << 20)]
    [InlineData((2 << 20) + 3)]
    public void A_file_has_the_digest_of_its_bytes(int length)
    {
        using var temp = new TempFolder();
        var bytes = new byte[length];
        new Random(length).NextBytes(bytes);
        Assert.Equal(Convert.ToHexStringLower(SHA256.HashData(bytes)), Digest.OfFile(temp.Write("f", bytes)).Hex);
    }

    [Theory]
    [InlineData(true, "e3b0c44298fc")]
    [InlineData(true, "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b85")]
    [InlineData(false, "e3b0c44298f")]
    [InlineData(false, "E3B0C44298FC")]
    [InlineData(false, "routing-good-2")]
    [InlineData(false, "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855")]
    public void The_beginning_of_a_digest_has_twelve_digits_or_more(bool isOne, string text) => Assert.Equal(isOne, Digest.IsAbbreviation(text));

    [Theory]
    [InlineData("")]
    [InlineData("sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855")]
    [InlineData("E3B0C44298FC1C149AFBF4C8996FB92427AE41E4649B934CA495991B7852B855")]
    [InlineData("e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b85")]
    [InlineData("e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b8555")]
    [InlineData("e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b85\n")]
    [InlineData("e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b85５")]
    public void Any_other_spelling_is_refused(string text)
    {
        Assert.False(Digest.TryParse(text, out _));
        Assert.Throws<FormatException>(() => Digest.Parse(text));
    }

    [Fact]
    public void Text_bytes_and_JSON_round_trip()
    {
        var digest = Digest.Of("x"u8);
        Assert.Equal(digest, Digest.Parse(digest.Hex));
        Assert.Equal(digest, Digest.FromBytes(digest.ToBytes()));
        Assert.Equal($"\"{digest.Hex}\"", System.Text.Encoding.UTF8.GetString(RecordJson.Canonical(digest)));
        Assert.StartsWith(digest.Abbreviated, digest.Hex, StringComparison.Ordinal);
    }

    [Fact]
    public void Digests_sort_by_their_bytes()
    {
        var (low, high) = (Digest.Parse(new string('0', 63) + "9"), Digest.Parse(new string('0', 63) + "a"));
        Assert.True(low < high && high > low && low <= high && high >= low);
    }

    [Fact]
    public void A_digest_that_was_never_computed_is_not_a_digest()
    {
        Assert.Throws<InvalidOperationException>(() => default(Digest).Hex);
        Assert.Throws<ArgumentException>(() => Digest.FromBytes(new byte[31]));
    }

    [Fact]
    public void A_cancelled_hash_stops()
    {
        using var temp = new TempFolder();
        var path = temp.Write("f", "x"u8);
        Assert.Throws<OperationCanceledException>(() => Digest.OfFile(path, new CancellationToken(canceled: true)));
    }
}

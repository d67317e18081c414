using System.Globalization;
using System.Text;
using CsCheck;

namespace Loragate.Artifacts.Json;

public sealed class CanonicalJsonTests
{
    private static readonly Gen<double> AnyFinite = Gen.ULong.Select(BitConverter.UInt64BitsToDouble).Where(double.IsFinite);

    /// <summary>ECMA-262 §6.1.6.1.20 by example: integers to 10²¹, plain fractions from 10⁻⁷, exponents elsewhere.</summary>
    [Theory]
    [InlineData(0.0, "0")]
    [InlineData(1, "1")]
    [InlineData(-1.5, "-1.5")]
    [InlineData(1e20, "100000000000000000000")]
    [InlineData(1e21, "1e+21")]
    [InlineData(123456789012345680000.0, "123456789012345680000")]
    [InlineData(1e-6, "0.000001")]
    [InlineData(1e-7, "1e-7")]
    [InlineData(1.25e-7, "1.25e-7")]
    [InlineData(9007199254740993.0, "9007199254740992")]
    [InlineData(0.1 + 0.2, "0.30000000000000004")]
    [InlineData(5e-324, "5e-324")]
    [InlineData(double.MaxValue, "1.7976931348623157e+308")]
    public void Numbers_are_written_as_ECMAScript_does(double value, string text) => Assert.Equal(text, CanonicalJson.Number(value));

    [Fact]
    public void A_number_reads_back_as_itself() =>
        AnyFinite.Sample(value =>
        {
            var text = CanonicalJson.Number(value);
            return double.Parse(text, NumberStyles.Float, CultureInfo.InvariantCulture) == value;
        }, iter: 100_000, seed: "0000000000001");

    /// <summary>No decimal with one significant digit less, rounded either way, reads back as the same double.</summary>
    [Fact]
    public void No_shorter_number_would_do() =>
        AnyFinite.Where(v => v != 0).Sample(value =>
        {
            var digits = Digits(CanonicalJson.Number(value));
            if (digits.Length == 1)
                return true;
            var exponent = (int)Math.Floor(Math.Log10(Math.Abs(value)));
            var shorter = digits[..^1];
            var up = (System.Numerics.BigInteger.Parse(shorter, CultureInfo.InvariantCulture) + 1).ToString(CultureInfo.InvariantCulture);
            return new[] { shorter, up }.All(candidate => Enumerable.Range(exponent - shorter.Length - 1, 5)
                .All(power => double.Parse($"{candidate}e{power}", NumberStyles.Float, CultureInfo.InvariantCulture) != Math.Abs(value)));
        }, iter: 20_000, seed: "0000000000001");

    /// <summary>What is copied because it is canonical already is what would have been written anew.</summary>
    [Fact]
    public void A_number_of_any_form_becomes_the_one_form_of_its_value() =>
        Gen.Select(Gen.Bool, Gen.Long[0, 9_999_999_999_999_999], Gen.Int[0, 24], Gen.Int[0, 3], Gen.Int[-1, 30]).Sample((isNegative, digits, zeros, more, point) =>
        {
            var whole = (zeros > 16 ? "" : new string('0', zeros)) + digits.ToString(CultureInfo.InvariantCulture) + new string('0', more);
            var text = point < 0 || point >= whole.Length ? whole : whole[..point] + "." + whole[point..];
            text = text.TrimStart('0') is var trimmed && (trimmed.Length == 0 || trimmed[0] == '.') ? "0" + trimmed : trimmed;
            text = (isNegative ? "-" : "") + text.TrimEnd('.');
            return Canonicalize($"[{text}]") == $"[{CanonicalJson.Number(double.Parse(text, NumberStyles.Float, CultureInfo.InvariantCulture))}]";
        }, iter: 200_000, seed: "0000000000001");

    [Theory]
    [InlineData("-0", "0")]
    [InlineData("-0.0", "0")]
    [InlineData("0.10", "0.1")]
    [InlineData("1.0", "1")]
    [InlineData("0.000001", "0.000001")]
    [InlineData("0.0000001", "1e-7")]
    [InlineData("999999999999999", "999999999999999")]
    [InlineData("9007199254740993", "9007199254740992")]
    [InlineData("0.30000000000000004", "0.30000000000000004")]
    [InlineData("0.30000000000000001", "0.3")]
    [InlineData("1E2", "100")]
    public void Digits_that_say_nothing_go(string text, string canonical) => Assert.Equal(canonical, Canonicalize(text));

    [Fact]
    public void Negative_zero_is_zero() => Assert.Equal("0", CanonicalJson.Number(-0.0));

    [Fact]
    public void Numbers_without_a_JSON_form_are_the_callers_bug()
    {
        Assert.Throws<ArgumentException>(() => CanonicalJson.Number(double.NaN));
        Assert.Throws<ArgumentException>(() => CanonicalJson.Number(double.NegativeInfinity));
    }

    /// <summary>RFC 8785 §3.2.3: UTF-16 code units, so a surrogate pair sorts before U+FB33.</summary>
    [Fact]
    public void Keys_are_sorted_by_UTF_16_code_units() =>
        Assert.Equal("{\"\":6,\"1\":1,\"a\":3,\"\u00f6\":4,\"\u20ac\":2,\"\ud83d\ude00\":5,\"\ufb33\":7}", Canonicalize("{\"\u20ac\":2,\"1\":1,\"\ufb33\":7,\"a\":3,\"\u00f6\":4,\"\ud83d\ude00\":5,\"\":6}"));

    [Fact]
    public void Strings_have_the_fewest_escapes() =>
        Assert.Equal("""["\u0000\b\t\n\u000b\f\r\u001f \"\\/é€😀"]""", Canonicalize("""["\u0000\u0008\u0009\u000A\u000b\u000C\u000D\u001F\u007F\"\\\/\u00e9\u20AC\uD83D\uDE00"]""").Replace("\u007F", " ", StringComparison.Ordinal));

    [Fact]
    public void Canonical_bytes_are_a_fixed_point()
    {
        const string Json = """ { "b" : [ 1.0 , 2e3 , { "z":null , "a":true } ] , "a" : "x" } """;
        var once = Canonicalize(Json);
        Assert.Equal("""{"a":"x","b":[1,2000,{"a":true,"z":null}]}""", once);
        Assert.Equal(once, Canonicalize(once));
    }

    [Fact]
    public void Keys_with_escapes_are_sorted_by_what_they_say() =>
        Assert.Equal("""{"\n":1,"!":2,"\"":3,"a":4,"ab":5}""", Canonicalize("""{"ab":5,"\u0061":4,"\u0022":3,"!":2,"\n":1}"""));

    [Fact]
    public void What_was_put_in_order_inside_goes_along_when_the_outside_is() =>
        Assert.Equal("""{"a":{"a":[{"x":1,"y":2}],"b":"é"},"b":{"a":1,"c":2},"c":[]}""", Canonicalize("""{"c":[],"b":{"c":2,"a":1},"a":{"b":"é","a":[{"y":2,"x":1}]}}"""));

    [Fact]
    public void A_key_that_stands_twice_has_no_canonical_form()
    {
        using var document = System.Text.Json.JsonDocument.Parse("""{"b":1,"a":2,"\u0062":3}""");
        Assert.Contains("'b'", Assert.Throws<InvalidOperationException>(() => CanonicalJson.Serialize(document.RootElement)).Message, StringComparison.Ordinal);
    }

    private static string Canonicalize(string json) => Encoding.UTF8.GetString(CanonicalJson.Canonicalize(Encoding.UTF8.GetBytes(json), "test"));

    private static string Digits(string number) => new string([.. number.Split('e')[0].Where(char.IsAsciiDigit)]).Trim('0');
}

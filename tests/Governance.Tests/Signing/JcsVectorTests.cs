using System.Globalization;
using System.Text;
using System.Text.Json;
using Loragate.Artifacts;
using Loragate.Artifacts.Json;
using Loragate.Testing;

namespace Loragate.Governance.Signing;

[Trait(SharedFolder.Category, SharedFolder.Name)]
public sealed class JcsVectorTests
{
    /// <summary>As what each bad text is refused: one that is refused for another reason than the planted one would be luck.</summary>
    private static readonly Dictionary<string, string> Causes = new (string Words, string Ids)[]
    {
        ("Duplicate property 'a'", "dup dup-same dup-escaped"),
        ("Duplicate property 'k'", "dup-nested"),
        ("invalid start of a value", "nan infinity single-quote plus dot-first upper-literal nbsp form-feed"),
        ("is invalid within a number", "neg-infinity dot-last minus-only exp-empty"),
        ("is beyond a double", "overflow"),
        ("missing low surrogate", "lone-high lone-in-key high-then-text"),
        ("Invalid surrogate value", "lone-low swapped-pair"),
        ("'0x01' is invalid within a JSON string", "raw-control"),
        ("'0x0A' is invalid within a JSON string", "raw-newline"),
        ("'0x09' is invalid within a JSON string", "raw-tab"),
        ("trailing comma", "trailing-comma trailing-comma-object"),
        ("is invalid after a value", "comment missing-comma"),
        ("invalid start of a property name", "bare-key"),
        ("Invalid leading zero", "leading-zero neg-leading-zero"),
        ("is an invalid end of a number", "hex unclosed"),
        ("is an invalid escapable character", "bad-escape"),
        ("is not a hex digit", "short-u"),
        ("does not contain any JSON tokens", "empty blank"),
        ("is invalid after a single JSON value", "two-values trailing-text nul-tail"),
        ("Expected end of string", "unclosed-string"),
        ("Expected a ':'", "missing-colon"),
        ("a byte order mark stands before", "bom"),
        ("Unable to translate bytes", "utf8-invalid utf8-overlong utf8-surrogate utf8-too-big utf8-cut utf16"),
        ("maximum configured depth", "depth"),
    }.SelectMany(told => told.Ids.Split(' ').Select(id => KeyValuePair.Create(id, told.Words))).ToDictionary(StringComparer.Ordinal);

    public static TheoryData<string, string> Vectors => [.. Items("vectors.json", "vectors")];

    public static TheoryData<string, string> Rejects => [.. Items("rejects.json", "rejects")];

    [Theory(SkipTestWithoutData = true)]
    [MemberData(nameof(Vectors))]
    public void The_canonical_bytes_are_those_of_three_libraries(string id, string json)
    {
        using var document = JsonDocument.Parse(json);
        var canonical = CanonicalJson.Canonicalize(document.RootElement.GetProperty("input").GetBytesFromBase64(), id);
        Assert.Equal(Encoding.UTF8.GetString(document.RootElement.GetProperty("expected").GetBytesFromBase64()), Encoding.UTF8.GetString(canonical));
        Assert.Equal(document.RootElement.GetProperty("sha256").GetString(), Digest.Of(canonical).Hex);
    }

    [Theory(SkipTestWithoutData = true)]
    [MemberData(nameof(Rejects))]
    public void What_is_not_strict_JSON_is_refused(string id, string json)
    {
        using var document = JsonDocument.Parse(json);
        var refused = Assert.Throws<JsonFormatException>(() => CanonicalJson.Canonicalize(document.RootElement.GetProperty("input").GetBytesFromBase64(), id));
        Assert.Contains(Causes.GetValueOrDefault(id) ?? throw new InvalidOperationException($"{id}: say here as what it is refused."), refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Every_number_is_written_as_ECMAScript_does()
    {
        Assert.SkipUnless(SharedFolder.IsPresent, SharedFolder.Absent);
        using var document = JsonDocument.Parse(File.ReadAllBytes(SharedFolder.PathTo("vectors", "oms", "jcs", "numbers.json")));
        var pairs = document.RootElement.EnumerateArray().ToList();
        Assert.NotEmpty(pairs);
        Assert.All(pairs, pair => Assert.Equal(pair[1].GetString(), CanonicalJson.Number(
            BitConverter.UInt64BitsToDouble(ulong.Parse(pair[0].GetString()!, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture)))));
    }

    private static IEnumerable<TheoryDataRow<string, string>> Items(string file, string list)
    {
        if (!SharedFolder.IsPresent)
            return [];
        using var document = JsonDocument.Parse(File.ReadAllBytes(SharedFolder.PathTo("vectors", "oms", "jcs", file)));
        return [.. document.RootElement.GetProperty(list).EnumerateArray().Select(item => new TheoryDataRow<string, string>(item.GetProperty("id").GetString()!, item.GetRawText()))];
    }
}

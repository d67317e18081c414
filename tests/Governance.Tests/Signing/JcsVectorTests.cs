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
        Assert.Throws<JsonFormatException>(() => CanonicalJson.Canonicalize(document.RootElement.GetProperty("input").GetBytesFromBase64(), id));
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

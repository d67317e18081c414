using System.Text;
using System.Text.Json;

namespace Loragate.Governance.Reports.Pdf;

/// <summary>
/// A signed sample's objects as qpdf reads them: what PDF/A-3b says of them is tested clause by clause (ISO 19005-3:2012). The clauses of what a report
/// never holds (images, annotations with appearances, scripts, layers) are proved by its absence.
/// </summary>
internal static class ArchiveObjects
{
    public static string Latin1(string name, ReportLanguage language) => Encoding.Latin1.GetString(SignedSample.Bytes(name, language));

    public static JsonElement Catalog(string name, ReportLanguage language) => Dictionaries(name, language).Single(one => TextOf(one, "/Type") == "/Catalog");

    public static IEnumerable<JsonElement> Dictionaries(string name, ReportLanguage language) =>
        ForeignReader.Objects(SignedSample.Bytes(name, language)).SelectMany(Nested).Where(one => one.ValueKind == JsonValueKind.Object);

    public static string? TextOf(JsonElement one, string key) => one.ValueKind == JsonValueKind.Object && one.TryGetProperty(key, out var value) ? value.ToString() : null;

    public static JsonElement Resolve(string name, ReportLanguage language, JsonElement reference) => Resolve(name, language, reference.GetString()!);

    public static JsonElement Resolve(string name, ReportLanguage language, string reference)
    {
        var number = int.Parse(reference.Split(' ')[0], System.Globalization.CultureInfo.InvariantCulture);
        return ForeignReader.Object(SignedSample.Bytes(name, language), number);
    }

    private static IEnumerable<JsonElement> Nested(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Object => value.EnumerateObject().SelectMany(entry => Nested(entry.Value)).Prepend(value),
        JsonValueKind.Array => value.EnumerateArray().SelectMany(Nested),
        _ => [],
    };
}

using System.Text.Json;
using Loragate.Artifacts.Json;

namespace Loragate.Governance.Publication.Oci;

/// <summary>
/// A JSON object of a registry or layout, read strictly: no duplicate keys, every member of the kind that the specification says. Members that are
/// not known are ignored, as the specification demands of readers.
/// </summary>
internal readonly struct OciJson
{
    private const string Advice = "The registry or layout is damaged, or this is no image of a release.";
    private readonly JsonElement _object;

    public OciJson(JsonElement element, string place)
    {
        (_object, Place) = (element, place);
        if (element.ValueKind != JsonValueKind.Object)
            throw Refuse("not a JSON object");
    }

    public string Place { get; }

    /// <summary>Parses a document that outlives its bytes.</summary>
    /// <exception cref="OciException">Not strict JSON, or no object.</exception>
    public static OciJson Parse(ReadOnlyMemory<byte> utf8, string place)
    {
        try
        {
            using var document = StrictJson.Parse(utf8, place);
            return new OciJson(document.RootElement.Clone(), place);
        }
        catch (JsonFormatException e)
        {
            throw new OciException(place, e.Fault, Advice, e);
        }
    }

    public string Text(string name) => OptionalText(name) ?? throw Refuse($"member '{name}' is missing");

    public string? OptionalText(string name) => Member(name, JsonValueKind.String)?.GetString();

    public long Whole(string name) =>
        Member(name, JsonValueKind.Number) is { } value && value.TryGetInt64(out var whole) ? whole : throw Refuse($"member '{name}' is no whole number");

    public OciJson Object(string name) => OptionalObject(name) ?? throw Refuse($"member '{name}' is missing");

    public IReadOnlyList<string> Names => [.. _object.EnumerateObject().Select(member => member.Name)];

    public OciJson? OptionalObject(string name) => Member(name, JsonValueKind.Object) is { } value ? new OciJson(value, $"{Place}, {name}") : null;

    public IReadOnlyList<OciJson> Objects(string name)
    {
        var place = Place;
        return Member(name, JsonValueKind.Array) is { } value
            ? [.. value.EnumerateArray().Select((item, i) => new OciJson(item, $"{place}, {name}[{i}]"))]
            : throw Refuse($"member '{name}' is missing");
    }

    public IReadOnlyDictionary<string, string>? OptionalTexts(string name)
    {
        if (OptionalObject(name) is not { } texts)
            return null;
        return texts._object.EnumerateObject().All(member => member.Value.ValueKind == JsonValueKind.String)
            ? texts._object.EnumerateObject().ToDictionary(member => member.Name, member => member.Value.GetString()!, StringComparer.Ordinal)
            : throw Refuse($"member '{name}' holds something that is not text");
    }

    public OciException Refuse(string fault) => new(Place, fault, Advice);

    private JsonElement? Member(string name, JsonValueKind kind) =>
        !_object.TryGetProperty(name, out var value) || value.ValueKind == JsonValueKind.Null ? null
        : value.ValueKind == kind ? value
        : throw Refuse($"member '{name}' is {value.ValueKind} where {kind} was expected");
}

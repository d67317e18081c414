using System.Text.Json;
using Loragate.Artifacts;

namespace Loragate.Governance.Signing;

/// <summary>A JSON object read by a schema: each member by name and kind, nothing that the schema does not know.</summary>
internal readonly struct JsonFields
{
    private readonly JsonElement _object;
    private readonly SignatureFault _fault;

    public JsonFields(JsonElement element, string place, SignatureFault fault)
    {
        (_object, Place, _fault) = (element, place, fault);
        if (element.ValueKind != JsonValueKind.Object)
            throw Refuse("not a JSON object");
    }

    public string Place { get; }

    public JsonFields Only(params ReadOnlySpan<string> names)
    {
        foreach (var property in _object.EnumerateObject())
        {
            if (!names.Contains(property.Name))
                throw Refuse($"unknown member '{property.Name}'");
        }
        return this;
    }

    public bool Has(string name) => _object.TryGetProperty(name, out _);

    public bool IsNull(string name) => _object.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.Null;

    public JsonElement Required(string name, JsonValueKind kind) =>
        !_object.TryGetProperty(name, out var value) ? throw Refuse($"member '{name}' is missing")
        : value.ValueKind == kind ? value
        : throw Refuse($"member '{name}' is {value.ValueKind} where {kind} was expected");

    public string Text(string name) => Required(name, JsonValueKind.String).GetString()!;

    /// <summary>The member "sha256" of a digest set.</summary>
    public Digest Sha256() => Digest.TryParse(Text("sha256"), out var digest) ? digest : throw Refuse("member 'sha256' is not 64 lower-case hexadecimal digits");

    public JsonFields Object(string name) => new(Required(name, JsonValueKind.Object), $"{Place}, {name}", _fault);

    public bool Boolean(string name) =>
        _object.TryGetProperty(name, out var value) && value.ValueKind is JsonValueKind.True or JsonValueKind.False
            ? value.GetBoolean()
            : throw Refuse($"member '{name}' is not true or false");

    public IReadOnlyList<JsonFields> Objects(string name)
    {
        var (place, fault) = ($"{Place}, {name}", _fault);
        return [.. Required(name, JsonValueKind.Array).EnumerateArray().Select((item, i) => new JsonFields(item, $"{place}[{i}]", fault))];
    }

    public IReadOnlyList<string> Texts(string name)
    {
        var items = Required(name, JsonValueKind.Array);
        if (items.EnumerateArray().Any(item => item.ValueKind != JsonValueKind.String))
            throw Refuse($"member '{name}' holds something that is not a string");
        return [.. items.EnumerateArray().Select(item => item.GetString()!)];
    }

    public SignatureException Refuse(string message) => new(_fault, Place, message);
}

using System.Text.Json;

namespace Loragate.EvalHarness.Models;

/// <summary>
/// Reads one object of a model config strictly: a key of the wrong kind, a number out of bounds, and (at <see cref="RefuseUnread"/>) a key
/// that nobody understood are refused by name. A null means that the key is absent, as in transformers.
/// </summary>
internal sealed class ConfigReader(JsonElement json, string place)
{
    private readonly HashSet<string> _read = new(StringComparer.Ordinal);

    public bool Has(string key) => json.TryGetProperty(key, out var value) && value.ValueKind != JsonValueKind.Null;

    public int Integer(string key, int min, int max) => OptionalInteger(key, min, max) ?? throw Missing(key);

    public int? OptionalInteger(string key, int min, int max)
    {
        if (Find(key) is not { } value)
            return null;
        if (value.ValueKind != JsonValueKind.Number || !value.TryGetInt32(out var number))
            throw Fault(key, $"{value.GetRawText()} is no integer");
        return number >= min && number <= max ? number : throw Fault(key, $"{number} is not between {min} and {max}");
    }

    public double Number(string key) => OptionalNumber(key) ?? throw Missing(key);

    public double? OptionalNumber(string key)
    {
        if (Find(key) is not { } value)
            return null;
        if (value.ValueKind != JsonValueKind.Number)
            throw Fault(key, $"{value.GetRawText()} is no number");
        return value.GetDouble() is > 0 and < 1e12 and var number ? number : throw Fault(key, $"{value.GetRawText()} is not between 0 and 1e12");
    }

    public bool Flag(string key, bool absent) => Find(key) is not { } value ? absent : value.ValueKind switch
    {
        JsonValueKind.True => true,
        JsonValueKind.False => false,
        _ => throw Fault(key, $"{value.GetRawText()} is neither true nor false"),
    };

    public string? OptionalText(string key) => Find(key) is not { } value ? null
        : value.ValueKind == JsonValueKind.String ? value.GetString() : throw Fault(key, $"{value.GetRawText()} is no text");

    public ConfigReader? OptionalObject(string key) => Find(key) is not { } value ? null
        : value.ValueKind == JsonValueKind.Object ? new ConfigReader(value, $"{place}, {key}") : throw Fault(key, $"{value.GetRawText()} is no object");

    /// <summary>Accepts a key only with the value at which it changes nothing.</summary>
    public void RequireFalse(string key)
    {
        if (Flag(key, absent: false))
            throw Fault(key, "true is not supported");
    }

    /// <summary>Accepts a list of texts only where all of them are <paramref name="only"/>.</summary>
    public void RequireAll(string key, string only)
    {
        if (Find(key) is not { } value)
            return;
        if (value.ValueKind != JsonValueKind.Array)
            throw Fault(key, "not a list");
        foreach (var element in value.EnumerateArray())
        {
            if (element.ValueKind != JsonValueKind.String || element.GetString() != only)
                throw Fault(key, $"{element.GetRawText()} is not supported, only \"{only}\"");
        }
    }

    /// <summary>Refuses the first key that was neither read nor is known to change nothing in a forward pass.</summary>
    public void RefuseUnread(IReadOnlySet<string> inert)
    {
        foreach (var property in json.EnumerateObject().Where(p => p.Value.ValueKind != JsonValueKind.Null))
        {
            if (!_read.Contains(property.Name) && !inert.Contains(property.Name))
                throw Fault(property.Name, "this key is not understood and may change the result");
        }
    }

    public ModelException Fault(string key, string fault) => new($"{place}, {key}", fault, "Evaluate a model that this build supports, or restore the model's own config.");

    private ModelException Missing(string key) => Fault(key, "this key is missing");

    private JsonElement? Find(string key)
    {
        _read.Add(key);
        return Has(key) ? json.GetProperty(key) : null;
    }
}

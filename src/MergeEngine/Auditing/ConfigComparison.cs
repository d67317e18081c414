using System.Text.Json;
using Loragate.MergeEngine.Layouts;

namespace Loragate.MergeEngine.Auditing;

/// <summary>
/// Two configs key by key, and those of a model's parts within them ("text_config"). What both say must be the same; of what one side says alone, that
/// which a caller names counts, the rest is told and does not: tools write defaults or leave them out.
/// </summary>
/// <param name="counts">Whether a key counts that one side says alone.</param>
internal sealed class ConfigComparison(Func<string, JsonElement, bool> counts)
{
    /// <summary>Keys that say how the files were written, and nothing of the model.</summary>
    private static readonly HashSet<string> Inert = new(StringComparer.Ordinal) { "_name_or_path", "torch_dtype", "dtype", "transformers_version", "use_cache", "_from_model_config" };

    /// <summary>One setting under several keys: transformers 5 writes "rope_parameters" where 4 wrote the others.</summary>
    private static readonly string[] Rope = ["rope_parameters", "rope_scaling", "rope_theta", "partial_rotary_factor"];

    /// <summary>Of the positions' settings, those that every class has a default for.</summary>
    private static readonly string[] RopeDefaults = ["rope_theta", "partial_rotary_factor"];

    private const string RopeType = "rope_type";
    private const string Plain = "default";

    /// <summary>How the layers are called whose positions the keys of transformers 4 describe, where kinds of layers differ.</summary>
    private const string UsualLayers = "full_attention";

    private readonly SortedSet<string> _differing = new(StringComparer.Ordinal);
    private readonly SortedSet<string> _onOneSide = new(StringComparer.Ordinal);

    /// <summary>Keys by which the two say something else.</summary>
    public IEnumerable<string> Differing => _differing;

    /// <summary>Keys that differ, and keys that only one side has, in ordinal order.</summary>
    public IReadOnlyList<string> Keys => [.. _differing.Concat(_onOneSide).Order(StringComparer.Ordinal)];

    /// <summary>Holds two objects against each other.</summary>
    /// <param name="before">The base's.</param>
    /// <param name="after">The merged checkpoint's.</param>
    /// <param name="prefix">What their keys are named with.</param>
    public void Add(JsonElement before, JsonElement after, string prefix = "")
    {
        foreach (var key in before.EnumerateObject().Concat(after.EnumerateObject()).Select(p => p.Name).Distinct(StringComparer.Ordinal).Where(k => !Inert.Contains(k) && !Rope.Contains(k)))
        {
            var (isBefore, isAfter) = (before.TryGetProperty(key, out var one), after.TryGetProperty(key, out var other));
            if (isBefore && isAfter && BaseLayout.IsPart(key) && one.ValueKind == JsonValueKind.Object && other.ValueKind == JsonValueKind.Object)
                Add(one, other, $"{prefix}{key}.");
            else if (isBefore && isAfter && !JsonElement.DeepEquals(one, other))
                _differing.Add(prefix + key);
            else if (isBefore != isAfter)
                (counts(key, isBefore ? one : other) ? _differing : _onOneSide).Add(prefix + key);
        }
        AddRope(before, after, prefix);
    }

    private void AddRope(JsonElement before, JsonElement after, string prefix)
    {
        var (one, other) = (RopeOf(before, out var isOne), RopeOf(after, out var isOther));
        var isSame = isOne && isOther && one.Keys.Union(other.Keys, StringComparer.Ordinal).All(key => one.TryGetValue(key, out var left) && other.TryGetValue(key, out var right)
            ? JsonElement.DeepEquals(left, right)
            : RopeDefaults.Contains(key[(key.IndexOf('.', StringComparison.Ordinal) + 1)..]));
        foreach (var key in Rope)
        {
            var (isBefore, isAfter) = (before.TryGetProperty(key, out var left), after.TryGetProperty(key, out var right));
            if (isBefore != isAfter || (isBefore && !JsonElement.DeepEquals(left, right)))
                (isSame ? _onOneSide : _differing).Add(prefix + key);
        }
    }

    /// <summary>The settings of rotary positions by name, whichever keys hold them.</summary>
    /// <param name="config">The config, or a part of it.</param>
    /// <param name="isOneTale">Whether no two of the keys say something else of one setting: which of them a loader reads is its own affair.</param>
    private static Dictionary<string, JsonElement> RopeOf(JsonElement config, out bool isOneTale)
    {
        var settings = new Dictionary<string, JsonElement>(StringComparer.Ordinal);
        isOneTale = true;
        foreach (var key in Rope.Where(k => config.TryGetProperty(k, out _)))
            isOneTale &= Collect(key, config.GetProperty(key), "", settings);
        return settings;
    }

    private static bool Collect(string key, JsonElement value, string prefix, Dictionary<string, JsonElement> settings)
    {
        var isOneTale = true;
        if (value.ValueKind == JsonValueKind.Object)
        {
            foreach (var property in value.EnumerateObject())
                isOneTale &= Collect(property.Name == "type" ? RopeType : property.Name, property.Value, Rope.Contains(key) || key == UsualLayers ? prefix : $"{prefix}{key}.", settings);
        }
        else if (value.ValueKind != JsonValueKind.Null && !(key == RopeType && value.ValueKind == JsonValueKind.String && value.GetString() == Plain))
        {
            isOneTale = settings.TryAdd(prefix + key, value) || JsonElement.DeepEquals(settings[prefix + key], value);
        }
        return isOneTale;
    }
}

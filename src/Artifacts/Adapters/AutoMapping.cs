using System.Text.Json;
using System.Text.RegularExpressions;

namespace Loragate.Artifacts.Adapters;

/// <summary>
/// <c>auto_mapping</c> of an adapter's config. PEFT writes the base's class and its module into every adapter that is saved without a task type
/// (peft/peft_model.py, save_pretrained), and imports them on loading (peft/auto.py). A model class of transformers itself is no code from elsewhere.
/// </summary>
public static partial class AutoMapping
{
    /// <summary>The key of the config.</summary>
    public const string Key = "auto_mapping";

    private const string Class = "base_model_class";
    private const string Module = "parent_library";

    /// <summary>Whether the mapping names a class of a module <c>transformers.models.FAMILY.modeling_NAME</c>, and nothing else.</summary>
    public static bool IsOfTransformers(JsonElement mapping) =>
        mapping.ValueKind == JsonValueKind.Object && mapping.EnumerateObject().Count() == 2
        && Text(mapping, Class) is { } name && ClassName().IsMatch(name) && Text(mapping, Module) is { } module && ModelModule().IsMatch(module);

    private static string? Text(JsonElement mapping, string key) =>
        mapping.TryGetProperty(key, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;

    [GeneratedRegex(@"\A[A-Z][A-Za-z0-9_]*\z", RegexOptions.CultureInvariant)]
    private static partial Regex ClassName();

    [GeneratedRegex(@"\Atransformers\.models\.[a-z0-9_]+\.modeling_[a-z0-9_]+\z", RegexOptions.CultureInvariant)]
    private static partial Regex ModelModule();
}

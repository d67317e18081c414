using System.Text.Json;

namespace Loragate.MergeEngine.Layouts;

/// <summary>
/// The names of language models that see. Since transformers 4.52 (its pull request 37033) their classes keep the parts under "model.", while files
/// written before, and adapters trained before, have the older names; transformers renames on loading (<c>_checkpoint_conversion_mapping</c>).
/// Two names mean the same module if they come to the same newer name.
/// </summary>
internal sealed class VisionNames
{
    private const string Outer = "model.";
    private const string Language = "model.language_model.";
    private const string OldLanguage = "language_model.";

    private static readonly string[] Parts = ["visual.", "vision_tower.", "vision_model.", "multi_modal_projector.", "image_newline."];

    private readonly ILookup<string, string> _stored;

    private VisionNames(IEnumerable<string> modules) => _stored = modules.ToLookup(Newer, StringComparer.Ordinal);

    /// <summary>The names of a base's modules; null for a base that does not see.</summary>
    public static VisionNames? Of(JsonElement config, IEnumerable<string> modules) =>
        config.TryGetProperty("vision_config", out var vision) && vision.ValueKind == JsonValueKind.Object ? new VisionNames(modules) : null;

    /// <summary>The stored name of a module that an adapter calls by another one; null where there is none, or more than one.</summary>
    public string? Stored(string module) => _stored[Newer(module)].ToList() is [var only] ? only : null;

    /// <summary>The name of a module in the newer classes.</summary>
    public static string Newer(string module)
    {
        if (module.StartsWith(OldLanguage + "lm_head", StringComparison.Ordinal))
            return module[OldLanguage.Length..];
        if (module.StartsWith(OldLanguage + Outer, StringComparison.Ordinal))
            return Language + module[(OldLanguage.Length + Outer.Length)..];
        if (module.StartsWith(OldLanguage, StringComparison.Ordinal) || Parts.Any(part => module.StartsWith(part, StringComparison.Ordinal)))
            return Outer + module;
        return module.StartsWith(Outer, StringComparison.Ordinal) && !module.StartsWith(Language, StringComparison.Ordinal) && !Parts.Any(part => module.StartsWith(Outer + part, StringComparison.Ordinal))
            ? Language + module[Outer.Length..]
            : module;
    }
}

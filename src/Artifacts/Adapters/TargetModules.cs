using System.Globalization;
using System.Text.RegularExpressions;

namespace Loragate.Artifacts.Adapters;

/// <summary>
/// Which modules of a base an adapter targets: PEFT's <c>target_modules</c>, <c>exclude_modules</c>, <c>layers_to_transform</c>
/// and <c>layers_pattern</c> (peft/tuners/tuners_utils.py, check_target_module_exists).
/// </summary>
public sealed partial record TargetModules
{
    private readonly HashSet<string> _names = [];
    private readonly HashSet<string> _excluded = [];

    /// <summary>Names that a module path equals or ends with after a dot; null where a pattern is used or nothing is stated.</summary>
    public required IReadOnlyList<string>? Names
    {
        get;
        init => (field, _names) = (value, Sorted(value));
    }

    /// <summary>A regular expression over the whole path; null where names are used or nothing is stated.</summary>
    public required ModulePattern? Pattern { get; init; }

    /// <summary>Names that are left out.</summary>
    public required IReadOnlyList<string> ExcludedNames
    {
        get;
        init => (field, _excluded) = (value, Sorted(value));
    }

    /// <summary>A regular expression over the whole path for what is left out.</summary>
    public required ModulePattern? ExcludedPattern { get; init; }

    /// <summary>Layer indices, empty for all.</summary>
    public required IReadOnlyList<int> Layers { get; init; }

    /// <summary>The names of the layer lists, empty for any.</summary>
    public required IReadOnlyList<string> LayersPattern { get; init; }

    /// <summary>Whether the config says which modules are targeted; if not, PEFT takes its own list for the architecture.</summary>
    public bool IsStated => Names is not null || Pattern is not null;

    /// <summary>Whether a module path is targeted.</summary>
    public bool Includes(string module)
    {
        if (IsNamed(_excluded, module) || (ExcludedPattern is { } excluded && excluded.MatchesWhole(module)))
            return false;
        if (Pattern is { } pattern)
            return pattern.MatchesWhole(module);
        return IsNamed(_names, module) && (Layers.Count == 0 || LayerOf(module) is { } layer && Layers.Contains(layer));
    }

    private static HashSet<string> Sorted(IReadOnlyList<string>? names) => new(names ?? [], StringComparer.Ordinal);

    /// <summary>Whether a module's path, or an end of it behind a dot, is one of the names.</summary>
    private static bool IsNamed(HashSet<string> names, string module)
    {
        for (var start = 0; names.Count > 0 && start >= 0; start = module.IndexOf('.', start) + 1 is > 0 and var next ? next : -1)
        {
            if (names.Contains(module[start..]))
                return true;
        }
        return false;
    }

    private int? LayerOf(string module)
    {
        var match = LayersPattern.Count == 0
            ? AnyLayer().Match(module)
            : LayersPattern.Select(p => Regex.Match(module, $@"^.*?\.{Regex.Escape(p)}\.(\d+)\.", RegexOptions.CultureInvariant)).FirstOrDefault(m => m.Success) ?? Match.Empty;
        return match.Success && int.TryParse(match.Groups[1].ValueSpan, NumberStyles.None, CultureInfo.InvariantCulture, out var layer) ? layer : null;
    }

    [GeneratedRegex(@"^.*?\.[^.]*\.(\d+)\.", RegexOptions.CultureInvariant)]
    private static partial Regex AnyLayer();
}

namespace Loragate.Artifacts.Adapters;

/// <summary>
/// Which modules of an (IA)³ adapter scale their inputs: PEFT's <c>feedforward_modules</c>. Unlike <see cref="TargetModules"/> a name is compared
/// with the bare end of the path, with no dot before it (peft/tuners/ia3/model.py, _check_target_module_feedforward).
/// </summary>
/// <param name="Names">Ends of module paths; empty where a pattern is used or nothing is stated.</param>
/// <param name="Pattern">A regular expression over the whole path, or null.</param>
public sealed record FeedForwardModules(IReadOnlyList<string> Names, ModulePattern? Pattern)
{
    /// <summary>Whether a module scales its inputs.</summary>
    public bool Includes(string module)
    {
        ArgumentNullException.ThrowIfNull(module);
        return Pattern is { } pattern ? pattern.MatchesWhole(module) : Names.Any(name => module.EndsWith(name, StringComparison.Ordinal));
    }
}

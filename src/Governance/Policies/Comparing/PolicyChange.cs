namespace Loragate.Governance.Policies.Comparing;

/// <summary>One difference between two policies.</summary>
/// <param name="Key">Where: "alpha", "tasks.own.limit", "rules.keeps-skill.margin"; a rule or task that one of them lacks is one change.</param>
/// <param name="Before">What the first says; null where it says nothing.</param>
/// <param name="After">What the second says; null where it says nothing.</param>
public sealed record PolicyChange(string Key, string? Before, string? After)
{
    /// <inheritdoc/>
    public override string ToString() => (Before, After) switch
    {
        (null, { } added) => $"added {Key}: {added}",
        ({ } removed, null) => $"removed {Key}: {removed}",
        _ => $"changed {Key}: {Before} → {After}",
    };
}

using Loragate.Artifacts;

namespace Loragate.Governance.Policies;

/// <summary>A policy whose data cannot decide it: refused before any compute.</summary>
/// <param name="policy">The policy's name.</param>
/// <param name="shortages">Every rule that has too few items.</param>
public sealed class UnderpoweredPlanException(string policy, IReadOnlyList<PowerShortage> shortages) : MalformedInputException(
    $"policy '{policy}'",
    string.Join("; ", shortages),
    "Raise the task's limit, add data, or widen the margin and say why; do not lower the power after a run.")
{
    /// <summary>Every rule that has too few items.</summary>
    public IReadOnlyList<PowerShortage> Shortages { get; } = shortages;
}

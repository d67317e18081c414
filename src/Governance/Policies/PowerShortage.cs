using Loragate.Governance.Statistics;

namespace Loragate.Governance.Policies;

/// <summary>A rule whose plan asks for more items than there are.</summary>
/// <param name="Rule">The rule's id.</param>
/// <param name="Task">Its task.</param>
/// <param name="Needed">Items that the plan asks for.</param>
/// <param name="Available">Items that there are, after the task's limit and the rule's selection.</param>
/// <param name="Power">The wanted power.</param>
public sealed record PowerShortage(string Rule, string Task, int Needed, int Available, double Power)
{
    /// <inheritdoc/>
    public override string ToString() => FormattableString.Invariant(
        $"the rule '{Rule}' needs {SampleSize.Words(Needed)} items of '{Task}' for a power of {Power}, and {Available} are available");
}

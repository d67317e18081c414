namespace Loragate.Governance.Statistics;

/// <summary>k of n.</summary>
/// <param name="Successes">k, 0 to n.</param>
/// <param name="Items">n, at least 1.</param>
public readonly record struct Share(int Successes, int Items)
{
    /// <summary>k/n.</summary>
    public double Value => (double)Successes / Items;
}

namespace Loragate.Governance.Statistics;

/// <summary>What every procedure for proportions demands of its counts.</summary>
internal static class Proportion
{
    public static void Check(int successes, int items)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(items);
        ArgumentOutOfRangeException.ThrowIfNegative(successes);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(successes, items);
    }
}

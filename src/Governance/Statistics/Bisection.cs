namespace Loragate.Governance.Statistics;

/// <summary>The root of a falling function by bisection: slow, and right wherever the sign is.</summary>
internal static class Bisection
{
    // A double interval is empty after about 1,075 halvings towards zero; elsewhere after about 60.
    private const int MaxHalvings = 1_100;

    /// <summary>The place between <paramref name="low"/> and <paramref name="high"/> where a falling function crosses zero; an end where it does not.</summary>
    public static double Root(Func<double, double> falling, double low, double high)
    {
        for (var halving = 0; halving < MaxHalvings; halving++)
        {
            var middle = low + (high - low) / 2;
            if (middle <= low || middle >= high)
                break;
            if (falling(middle) > 0)
                low = middle;
            else
                high = middle;
        }
        return low + (high - low) / 2;
    }
}

namespace Loragate.Governance.Statistics;

/// <summary>
/// The interval of a difference between two independent shares, from Wilson's bounds of each: with (lⱼ, uⱼ) of p̂ⱼ it is
/// d − √((p̂₁ − l₁)² + (u₂ − p̂₂)²) to d + √((u₁ − p̂₁)² + (p̂₂ − l₂)²) (R. Newcombe, Statist. Med. 17, 1998, method 10).
/// </summary>
public static class Newcombe
{
    /// <summary>The bounds of p₁ − p₂, each one-sided at 1 − α.</summary>
    /// <param name="first">k₁ of n₁.</param>
    /// <param name="second">k₂ of n₂.</param>
    /// <param name="alpha">α of each bound; a two-sided 95 % interval has 0.025.</param>
    public static Bounds Difference(Share first, Share second, double alpha)
    {
        var (l1, u1) = (Wilson.LowerBound(first.Successes, first.Items, alpha), Wilson.UpperBound(first.Successes, first.Items, alpha));
        var (l2, u2) = (Wilson.LowerBound(second.Successes, second.Items, alpha), Wilson.UpperBound(second.Successes, second.Items, alpha));
        var difference = first.Value - second.Value;
        return new Bounds(
            difference - Length(first.Value - l1, u2 - second.Value),
            difference + Length(u1 - first.Value, second.Value - l2));
    }

    private static double Length(double a, double b) => Math.Sqrt(a * a + b * b);
}

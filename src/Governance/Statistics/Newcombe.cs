namespace Loragate.Governance.Statistics;

/// <summary>
/// The interval of a difference between two independent shares from the bounds of each: with (lⱼ, uⱼ) of p̂ⱼ it is
/// d − √((p̂₁ − l₁)² + (u₂ − p̂₂)²) to d + √((u₁ − p̂₁)² + (p̂₂ − l₂)²) (R. Newcombe, Statist. Med. 17, 1998, method 10, there with Wilson's bounds;
/// with those small groups pass a gap at a limit oftener than α, with <see cref="ClopperPearson"/>'s hardly ever: docs/statistics.md).
/// It rises with every hit of the first and falls with every hit of the second wherever each share's bounds rise with its hits.
/// </summary>
public static class Newcombe
{
    /// <summary>The bounds of p₁ − p₂.</summary>
    /// <param name="first">k₁ of n₁.</param>
    /// <param name="second">k₂ of n₂.</param>
    /// <param name="boundsOf">A share's own bounds, each of the level that the difference's shall have.</param>
    public static Bounds Difference(Share first, Share second, Func<Share, Bounds> boundsOf)
    {
        var ((l1, u1), (l2, u2)) = (boundsOf(first), boundsOf(second));
        var difference = first.Value - second.Value;
        return new Bounds(
            difference - Length(first.Value - l1, u2 - second.Value),
            difference + Length(u1 - first.Value, second.Value - l2));
    }

    private static double Length(double a, double b) => Math.Sqrt(a * a + b * b);
}

namespace Loragate.Governance.Statistics;

/// <summary>
/// Two one-sided tests of equivalence: |θ| &lt; δ is shown when both "θ &gt; −δ" and "θ &lt; δ" are, each at α
/// (D. Schuirmann, J. Pharmacokinet. Biopharm. 15, 1987).
/// </summary>
public static class Tost
{
    /// <summary>The p-value from those of its two tests: the larger.</summary>
    public static double P(double pAboveLower, double pBelowUpper) => Math.Max(pAboveLower, pBelowUpper);

    /// <summary>The p-value of a normally distributed estimate with a known standard error.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The standard error or the margin is not positive.</exception>
    public static double NormalP(double estimate, double standardError, double margin)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(standardError);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(margin);
        return P(Normal.UpperTail((estimate + margin) / standardError), Normal.Cdf((estimate - margin) / standardError));
    }

    /// <summary>Whether both one-sided bounds lie strictly inside ±δ.</summary>
    public static bool Shows(double lower, double upper, double margin) => lower > -margin && upper < margin;
}

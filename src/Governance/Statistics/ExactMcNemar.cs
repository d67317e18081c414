namespace Loragate.Governance.Statistics;

/// <summary>
/// McNemar's test of paired yes-or-no scores in its exact form: given the discordant pairs g + l, the gains are Bin(g + l, ½)
/// if nothing changed (Q. McNemar, Psychometrika 12, 1947). Mid-p: M. Fagerland et al., BMC Med. Res. Methodol. 13:91, 2013.
/// </summary>
public static class ExactMcNemar
{
    /// <summary>p of "more was lost than gained": P(Bin(g + l, ½) ≥ l). 1 without discordant pairs.</summary>
    /// <param name="gained">Pairs that only the candidate got right, g.</param>
    /// <param name="lost">Pairs that only the base got right, l.</param>
    public static double Harm(int gained, int lost)
    {
        Check(gained, lost);
        return Binomial.UpperTail(lost, gained + lost, 0.5);
    }

    /// <summary>p of "something changed": 2·P(Bin(g + l, ½) ≤ min(g, l)), at most 1.</summary>
    public static double TwoSided(int gained, int lost)
    {
        Check(gained, lost);
        return Math.Min(1, 2 * Binomial.Cdf(Math.Min(gained, lost), gained + lost, 0.5));
    }

    /// <summary>The mid-p form of <see cref="Harm"/>: half of the observed outcome's probability is left out.</summary>
    public static double HarmMidP(int gained, int lost) => Harm(gained, lost) - Binomial.Mass(lost, gained + lost, 0.5) / 2;

    /// <summary>The mid-p form of <see cref="TwoSided"/>; 1 where gains and losses are equal.</summary>
    public static double TwoSidedMidP(int gained, int lost) => gained == lost
        ? 1
        : TwoSided(gained, lost) - Binomial.Mass(Math.Min(gained, lost), gained + lost, 0.5);

    private static void Check(int gained, int lost)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(gained);
        ArgumentOutOfRangeException.ThrowIfNegative(lost);
    }
}

using System.Globalization;
using Loragate.Artifacts;

namespace Loragate.Governance.Statistics;

/// <summary>
/// The largest gap between the rates of two groups. It is below a value only if every pair's difference is (an intersection-union test: each by
/// Newcombe's interval at α); it is above one if some pair's is, after Bonferroni over all pairs, and only where shuffling the items among the groups
/// seldom gives as large a gap: of many groups the largest difference is large by chance. The Fisher-Yates swaps of one shuffle
/// after the other, within each rate's items in turn, take numbers 0, 1, … of the Philox stream of ("permutation", seed, task, 0).
/// </summary>
public sealed record GroupGap : Estimate
{
    /// <summary>How many shuffles there are.</summary>
    public const int Shuffles = 9_999;

    private readonly IReadOnlyList<(Share High, Share Low)> _pairs;

    private GroupGap(GroupRates rates, int items, int seed, double permutationP)
        : base(string.Create(CultureInfo.InvariantCulture, $"newcombe-permutation-{Shuffles}-seed-{seed}"), rates.Gap, items, null)
    {
        PermutationP = permutationP;
        _pairs = [.. rates.Rates.SelectMany(rate => rate.SelectMany((one, i) => rate.Where((_, j) => j != i).Select(other => (one, other))))];
    }

    /// <summary>p of "the groups differ at all", by shuffling.</summary>
    public double PermutationP { get; }

    /// <summary>Measures the gap.</summary>
    /// <param name="outcomes">The items; every group has some in every rate.</param>
    /// <param name="measure">The measure.</param>
    /// <param name="seed">The policy's seed.</param>
    /// <param name="task">The policy's name of the task.</param>
    /// <exception cref="ArgumentException">A group has no items in some rate.</exception>
    public static GroupGap Of(IReadOnlyList<GroupOutcome> outcomes, FairnessMeasure measure, int seed, string task)
    {
        var rates = GroupRates.Of(outcomes, measure);
        if (rates.FewestItems == 0)
            throw new ArgumentException("A group has no items in some rate.", nameof(outcomes));
        var strata = GroupRates.Strata(outcomes, measure);
        return new GroupGap(rates, strata.Sum(stratum => stratum.Count), seed, Permute(strata, rates, Philox.Stream("permutation", (ulong)seed, task, 0)));
    }

    /// <inheritdoc/>
    public override double Lower(double alpha) => Math.Max(0, _pairs.Max(pair => Newcombe.Difference(pair.High, pair.Low, alpha / _pairs.Count).Lower));

    /// <inheritdoc/>
    public override double Upper(double alpha) => _pairs.Max(pair => Newcombe.Difference(pair.High, pair.Low, alpha).Upper);

    /// <inheritdoc/>
    public override double PBelow(double value) => value <= 0 ? 1 : _pairs.Max(pair => Level(alpha => Newcombe.Difference(pair.High, pair.Low, alpha).Upper - value));

    /// <inheritdoc/>
    public override double PAbove(double value) =>
        Math.Max(PermutationP, Math.Min(1, _pairs.Count * _pairs.Min(pair => Level(alpha => value - Newcombe.Difference(pair.High, pair.Low, alpha).Lower))));

    /// <summary>The α at which a bound reaches the value; 1 where even the narrowest interval does not.</summary>
    private static double Level(Func<double, double> excess) => excess(0.5 - 1e-9) > 0 ? 1 : Bisection.Root(excess, 1e-12, 0.5 - 1e-9);

    private static double Permute(IReadOnlyList<IReadOnlyList<GroupOutcome>> strata, GroupRates rates, Philox stream)
    {
        var index = rates.Groups.Select((group, i) => (group, i)).ToDictionary(pair => pair.group, pair => pair.i, StringComparer.Ordinal);
        var groups = strata.Select(stratum => stratum.Select(outcome => index[outcome.Group]).ToArray()).ToArray();
        var selected = strata.Select(stratum => stratum.Select(outcome => outcome.IsSelected ? 1 : 0).ToArray()).ToArray();
        var (draw, asLarge) = (0UL, 1);
        for (var shuffle = 0; shuffle < Shuffles; shuffle++)
        {
            var gap = 0.0;
            for (var rate = 0; rate < strata.Count; rate++)
            {
                for (var i = groups[rate].Length - 1; i > 0; i--)
                {
                    var j = stream.Below(i + 1, draw++);
                    (selected[rate][i], selected[rate][j]) = (selected[rate][j], selected[rate][i]);
                }
                gap = Math.Max(gap, Gap(groups[rate], selected[rate], rates.Rates[rate]));
            }
            // Rounding must not make an equal gap smaller.
            if (gap >= rates.Gap - 1e-12)
                asLarge++;
        }
        return asLarge / (Shuffles + 1.0);
    }

    private static double Gap(int[] groups, int[] selected, IReadOnlyList<Share> shares)
    {
        Span<int> counts = stackalloc int[shares.Count];
        counts.Clear();
        for (var i = 0; i < groups.Length; i++)
            counts[groups[i]] += selected[i];
        var (low, high) = (1.0, 0.0);
        for (var group = 0; group < counts.Length; group++)
        {
            var share = (double)counts[group] / shares[group].Items;
            (low, high) = (Math.Min(low, share), Math.Max(high, share));
        }
        return high - low;
    }
}

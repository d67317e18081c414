using System.Globalization;
using Loragate.Artifacts;

namespace Loragate.Governance.Statistics;

/// <summary>
/// The largest gap between the rates of two groups. It is below a value only if every pair's difference is (an intersection-union test: each by
/// Newcombe's interval at α, from Clopper and Pearson's bounds of either rate); it is above one if some pair's is, after Bonferroni over all pairs, and only where shuffling the items among the groups
/// seldom gives as large a gap: of many groups the largest difference is large by chance. The Fisher-Yates swaps of one shuffle
/// after the other, within each rate's items in turn, take numbers 0, 1, … of the Philox stream of ("permutation", seed, task, 0).
/// Where selections are coin flips, each group's rate lies between all of its flips against and all for it: a pair's difference is then bounded from above with one
/// group's flips for and the other's against it, and from below the other way round.
/// </summary>
public sealed record GroupGap : Estimate
{
    /// <summary>How many shuffles there are.</summary>
    public const int Shuffles = 9_999;

    private readonly IReadOnlyList<(Share High, Share Low)> _widest;
    private readonly IReadOnlyList<(Share High, Share Low)> _narrowest;

    private GroupGap(IReadOnlyList<GroupOutcome> outcomes, GroupRates least, GroupRates greatest, FairnessMeasure measure, int seed, string task)
        : base(string.Create(CultureInfo.InvariantCulture, $"newcombe-exact-permutation-{Shuffles}-seed-{seed}"), GroupRates.Of(outcomes, measure).Gap, least.Rates.Sum(rate => rate.Sum(share => share.Items)), null)
    {
        if (least.FewestItems == 0)
            throw new ArgumentException("A group has no items in some rate.", nameof(outcomes));
        PermutationP = Permute(GroupRates.Strata(outcomes, measure), GroupRates.Of(outcomes, measure), Philox.Stream("permutation", (ulong)seed, task, 0));
        (_widest, _narrowest) = (Pairs(greatest, least), Pairs(least, greatest));
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
        return new GroupGap(outcomes, rates, rates, measure, seed, task);
    }

    /// <summary>The gap however coin flips fall: its upper bound is that of the widest gap, its lower one that of the narrowest, which is also the one that is shuffled.</summary>
    /// <param name="outcomes">The items; every group has some in every rate.</param>
    /// <param name="isFlip">Whether each item's selection is a coin flip.</param>
    /// <param name="measure">The measure.</param>
    /// <param name="seed">The policy's seed.</param>
    /// <param name="task">The policy's name of the task.</param>
    /// <exception cref="ArgumentException">A group has no items in some rate.</exception>
    public static GroupGap OfFlips(IReadOnlyList<GroupOutcome> outcomes, IReadOnlyList<bool> isFlip, FairnessMeasure measure, int seed, string task)
    {
        ArgumentNullException.ThrowIfNull(isFlip);
        GroupRates All(bool selected) => GroupRates.Of([.. outcomes.Select((outcome, i) => isFlip[i] ? outcome with { IsSelected = selected } : outcome)], measure);
        var (least, greatest) = (All(selected: false), All(selected: true));
        return new GroupGap(Narrowed(outcomes, isFlip, measure, least, greatest), least, greatest, measure, seed, task);
    }

    /// <inheritdoc/>
    public override double Lower(double alpha) => Math.Max(0, Differences(_narrowest, alpha / _narrowest.Count).Max(difference => difference.Lower));

    /// <inheritdoc/>
    public override double Upper(double alpha) => Differences(_widest, alpha).Max(difference => difference.Upper);

    /// <inheritdoc/>
    public override double PBelow(double value) => value <= 0 ? 1 : Level(alpha => Upper(alpha) - value);

    /// <inheritdoc/>
    public override double PAbove(double value) =>
        Math.Max(PermutationP, Math.Min(1, _narrowest.Count * Level(alpha => value - Differences(_narrowest, alpha).Max(difference => difference.Lower))));

    /// <summary>Every two groups in either order, in every rate.</summary>
    private static List<(Share High, Share Low)> Pairs(GroupRates high, GroupRates low) =>
        [.. high.Rates.Zip(low.Rates).SelectMany(rate => rate.First.SelectMany((one, i) => rate.Second.Where((_, j) => j != i).Select(other => (one, other))))];

    /// <summary>Each pair's difference with one-sided bounds at 1 − α; a rate's own are computed once, whatever the number of its pairs.</summary>
    private static IEnumerable<Bounds> Differences(IReadOnlyList<(Share High, Share Low)> pairs, double alpha)
    {
        var bounds = pairs.SelectMany(pair => new[] { pair.High, pair.Low }).Distinct()
            .ToDictionary(share => share, share => new Bounds(ClopperPearson.LowerBound(share.Successes, share.Items, alpha), ClopperPearson.UpperBound(share.Successes, share.Items, alpha)));
        return pairs.Select(pair => Newcombe.Difference(pair.High, pair.Low, share => bounds[share]));
    }

    /// <summary>The coin flips fallen so that the groups' rates lie as near to each other as they can: each as near as it can to the middle.</summary>
    private static GroupOutcome[] Narrowed(IReadOnlyList<GroupOutcome> outcomes, IReadOnlyList<bool> isFlip, FairnessMeasure measure, GroupRates least, GroupRates greatest)
    {
        var toSelect = new Dictionary<(int Rate, string Group), int>();
        for (var rate = 0; rate < least.Rates.Count; rate++)
        {
            var middle = (least.Rates[rate].Max(share => share.Value) + greatest.Rates[rate].Min(share => share.Value)) / 2;
            for (var group = 0; group < least.Groups.Count; group++)
            {
                var (low, high) = (least.Rates[rate][group], greatest.Rates[rate][group]);
                toSelect[(rate, least.Groups[group])] = Math.Clamp((int)Math.Round(middle * low.Items), low.Successes, high.Successes) - low.Successes;
            }
        }
        return [.. outcomes.Select((outcome, i) => isFlip[i] && GroupRates.StratumOf(outcome, measure) is { } rate ? outcome with { IsSelected = toSelect[(rate, outcome.Group)]-- > 0 } : outcome)];
    }

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

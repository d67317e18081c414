namespace Loragate.Governance.Statistics;

/// <summary>The rates of a measure by group.</summary>
/// <param name="Rates">For each rate of the measure the groups' shares, in the order of <paramref name="Groups"/>.</param>
/// <param name="Groups">The groups in ordinal order.</param>
public sealed record GroupRates(IReadOnlyList<IReadOnlyList<Share>> Rates, IReadOnlyList<string> Groups)
{
    /// <summary>The largest gap between two groups in any rate: max − min.</summary>
    public double Gap => Rates.Max(rate => rate.Max(share => share.Value) - rate.Min(share => share.Value));

    /// <summary>The fewest items that a group's rate is made of.</summary>
    public int FewestItems => Rates.Min(rate => rate.Min(share => share.Items));

    /// <summary>Counts.</summary>
    /// <exception cref="ArgumentException">There are fewer than two groups.</exception>
    public static GroupRates Of(IReadOnlyList<GroupOutcome> outcomes, FairnessMeasure measure)
    {
        ArgumentNullException.ThrowIfNull(outcomes);
        IReadOnlyList<string> groups = [.. outcomes.Select(outcome => outcome.Group).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)];
        if (groups.Count < 2)
            throw new ArgumentException("Fairness compares two groups at least.", nameof(outcomes));
        return new GroupRates([.. Strata(outcomes, measure).Select(stratum => Shares(stratum, groups))], groups);
    }

    /// <summary>The items of each rate of a measure: all, those that should be selected, those that should not.</summary>
    internal static IReadOnlyList<IReadOnlyList<GroupOutcome>> Strata(IReadOnlyList<GroupOutcome> outcomes, FairnessMeasure measure) =>
        [.. Enumerable.Range(0, measure == FairnessMeasure.EqualisedOdds ? 2 : 1).Select(rate => (IReadOnlyList<GroupOutcome>)[.. outcomes.Where(outcome => StratumOf(outcome, measure) == rate)])];

    /// <summary>Which rate of a measure an item belongs to; null for none.</summary>
    internal static int? StratumOf(GroupOutcome outcome, FairnessMeasure measure) => (measure, outcome.IsPositive) switch
    {
        (FairnessMeasure.SelectionRate, _) or (_, true) => 0,
        (FairnessMeasure.EqualisedOdds, false) => 1,
        _ => null,
    };

    private static IReadOnlyList<Share> Shares(IReadOnlyList<GroupOutcome> outcomes, IReadOnlyList<string> groups)
    {
        var byGroup = outcomes.ToLookup(outcome => outcome.Group, StringComparer.Ordinal);
        return [.. groups.Select(group => new Share(byGroup[group].Count(outcome => outcome.IsSelected), byGroup[group].Count()))];
    }
}

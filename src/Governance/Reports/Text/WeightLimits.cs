using Loragate.Artifacts.Records.Deciding;
using Loragate.Governance.Policies.Rules;

namespace Loragate.Governance.Reports.Text;

/// <summary>What a merge did to single weights, beside what a rule about the merge lets happen to them.</summary>
internal sealed class WeightLimits(ReportContents contents, ReportText text, ReportNumbers numbers)
{
    /// <summary>What was counted, each with the least that any rule allows; null where none limits it.</summary>
    public IEnumerable<(string Name, string Count, string? Limit)> All => Of(Demands).Select(each => (each.Name, each.Count, each.Limit));

    /// <summary>What is more than this rule allows; nothing where the policy is not at hand.</summary>
    public IEnumerable<(string Name, string Count, string Limit)> Exceeded(RuleResult rule) =>
        Of([.. Demands.Where(demand => demand.Id == rule.Id)]).Where(each => each.IsExceeded).Select(each => (each.Name, each.Count, each.Limit!));

    /// <summary>Whether nothing but single weights made a rule fail, so that its share of the update lost is not why.</summary>
    public static bool AreWhy(RuleResult rule) => (rule.Lifted?.Reason ?? rule.Reason) == Deciding.Reason.WeightsHarmed;

    private MergeFidelityRule[] Demands => [.. (contents.Policy?.Rules ?? []).OfType<MergeFidelityRule>()];

    private IEnumerable<(string Name, string Count, string? Limit, bool IsExceeded)> Of(MergeFidelityRule[] demands)
    {
        if (contents.Merge?.TotalFidelity is not { } total)
            yield break;
        var share = demands.Min(demand => demand.MaximumUnchanged);
        yield return (
            text["merge.unchanged"], text.Fill("merge.unchanged-value", ("count", ReportNumbers.Count(total.Unchanged)), ("elements", ReportNumbers.Count(total.Elements))),
            share is { } most ? numbers.PercentInFull(most) : null, total.ShareUnchanged > share);
        (string Key, long? Count, int? Limit)[] counts =
        [
            ("merge.step", total.LargestStep, demands.Min(demand => demand.MaximumStep)),
            ("merge.saturated", total.Saturated, demands.Min(demand => demand.MaximumSaturated)),
            ("merge.flushed", total.Flushed, demands.Min(demand => demand.MaximumFlushed)),
        ];
        foreach (var (key, counted, limit) in counts)
        {
            if (counted is { } count)
                yield return (text[key], ReportNumbers.Count(count), limit is { } allowed ? ReportNumbers.Count(allowed) : null, count > limit);
        }
    }
}

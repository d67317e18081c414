using System.Globalization;
using System.Text.Json.Serialization;
using Loragate.Artifacts.Records.Deciding;

namespace Loragate.Governance.Approvals;

/// <summary>A rule that did not pass and that valid waivers lift.</summary>
/// <param name="Rule">The rule's id.</param>
/// <param name="Until">The last day of the last of them, UTC.</param>
/// <param name="IsOver">Whether that day was past on the day for which somebody asks.</param>
public sealed record LiftedRule(string Rule, DateOnly Until, bool IsOver)
{
    /// <summary>The same in words.</summary>
    [JsonIgnore]
    public string InWords => string.Create(CultureInfo.InvariantCulture, $"lifted by exception: {Rule} until {Until:yyyy-MM-dd}{(IsOver ? "; that day is past, so nobody can rely on the decision any more" : "")}");

    /// <summary>The rules that are lifted in a decision, in the order of their waivers.</summary>
    /// <param name="decision">The decision.</param>
    /// <param name="asked">The day for which somebody asks, UTC.</param>
    public static IReadOnlyList<LiftedRule> In(Decision decision, DateOnly asked)
    {
        ArgumentNullException.ThrowIfNull(decision);
        var waived = decision.Rules.Where(rule => rule.Outcome == Outcome.Waived).Select(rule => rule.Id).ToHashSet(StringComparer.Ordinal);
        return Of((decision.Waivers ?? []).Where(waiver => waiver is { State: WaiverState.Valid, Until: not null, Rule: { } rule } && waived.Contains(rule)).Select(waiver => (waiver.Rule!, waiver.Until!.Value)), asked);
    }

    /// <summary>The rules that some waivers lift.</summary>
    /// <param name="waivers">The rule and the last day of each waiver.</param>
    /// <param name="asked">The day for which somebody asks, UTC.</param>
    internal static IReadOnlyList<LiftedRule> Of(IEnumerable<(string Rule, DateOnly Until)> waivers, DateOnly asked) =>
        [.. waivers.GroupBy(waiver => waiver.Rule, (rule, all) => (Rule: rule, Until: all.Max(waiver => waiver.Until)), StringComparer.Ordinal).Select(lifted => new LiftedRule(lifted.Rule, lifted.Until, asked > lifted.Until))];
}

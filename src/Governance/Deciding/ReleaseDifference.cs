using Loragate.Artifacts.Records.Deciding;
using Loragate.Artifacts.Records.Evaluating;
using Loragate.Governance.Policies;
using Loragate.Governance.Statistics;

namespace Loragate.Governance.Deciding;

/// <summary>How this release differs from the one before in what a rule measures, item by item. It decides nothing: rules hold a release against its base.</summary>
/// <param name="Rule">The first rule that measures it.</param>
/// <param name="Estimate">This release minus the one before, or the reverse where less is better; null where that cannot be said.</param>
/// <param name="Why">Why it cannot; null where it can.</param>
/// <param name="Alpha">α of its one-sided bounds.</param>
/// <param name="IsByOtherEngine">Whether another engine, build or device made the earlier scores.</param>
internal sealed record ReleaseDifference(StatisticalRule Rule, Estimate? Estimate, Unpaired? Why, double Alpha, bool IsByOtherEngine)
{
    /// <summary>One for each measure of a policy's rules that this release was scored on, in the policy's order. Items pair where task, data, prompts and rows are the same; the bounds are those of the rules.</summary>
    /// <param name="policy">The policy.</param>
    /// <param name="candidate">This release's evaluations, by task.</param>
    /// <param name="before">The evaluations of the release before that are at hand, by this policy's names of the tasks.</param>
    /// <param name="decision">The decision on the release before, which says on what it was scored.</param>
    public static IReadOnlyList<ReleaseDifference> Of(
        Policy policy, IReadOnlyDictionary<string, FiledRecord<EvaluationReport>> candidate, IReadOnlyDictionary<string, FiledRecord<EvaluationReport>> before, Decision decision) =>
        [
            .. from rule in policy.Rules.OfType<StatisticalRule>()
               where rule.ReadsScores && candidate.ContainsKey(rule.Measure.Task)
               group rule by MeasureOf(rule) into rules
               let rule = rules.FirstOrDefault(rule => rule.IsPaired) ?? rules.First()
               select Of(policy, rule, candidate[rule.Measure.Task], before.GetValueOrDefault(rule.Measure.Task), decision),
        ];

    private static ReleaseDifference Of(Policy policy, StatisticalRule rule, FiledRecord<EvaluationReport> candidate, FiledRecord<EvaluationReport>? before, Decision decision)
    {
        ReleaseDifference Not(Unpaired why) => new(rule, null, why, policy.Alpha, false);
        if (before is null)
            return Not(WhyMissing(candidate.Record.Task, rule.Measure.Task, decision));
        if (ItemPairing.Difference(candidate.Record, before.Record, rule.Measure.Fields) is var (why, _))
            return Not(why);
        if (new ScoreSelection(policy, rule).Select(candidate, before, out var scores) is not null || scores is not { Count: > 0 })
            return Not(Unpaired.NoValues);
        // One item has no spread, and too few clusters have none that can be trusted.
        if (scores.Count == 1 || scores.ClusterCount < ScoreSelection.FewestClusters || rule.Difference(scores) is not { } estimate)
            return Not(Unpaired.NoBounds);
        return new ReleaseDifference(rule, estimate, null, policy.Alpha, candidate.Record.Engine != before.Record.Engine);
    }

    /// <summary>The release before may have scored the task under another name, or something else under this one.</summary>
    private static Unpaired WhyMissing(EvaluatedTask task, string name, Decision decision) => decision.Tasks switch
    {
        var tasks when tasks.Any(measured => measured.TaskDigest == task.TaskDigest && measured.DataDigest == task.DataDigest) => Unpaired.ScoresMissing,
        var tasks when tasks.FirstOrDefault(measured => measured.Name == name) is { } same => same.TaskDigest == task.TaskDigest ? Unpaired.OtherData : Unpaired.OtherTask,
        _ => Unpaired.NotScored,
    };

    /// <summary>What a rule measures, whatever it demands.</summary>
    private static (string, string, string, string?, bool) MeasureOf(StatisticalRule rule) => (
        rule.Measure.Task, rule.Measure.Metric, string.Join('\n', rule.Measure.Where.OrderBy(pair => pair.Key, StringComparer.Ordinal).Select(pair => $"{pair.Key}={pair.Value}")), rule.Measure.Cluster, rule.DemandsMore == false);
}

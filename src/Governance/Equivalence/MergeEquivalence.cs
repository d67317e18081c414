using Loragate.Artifacts.Records.Deciding;
using Loragate.Artifacts.Records.Evaluating;
using Loragate.Governance.Statistics;

namespace Loragate.Governance.Equivalence;

/// <summary>
/// Holds a merged model against its base with the adapter live, item by item: rounding a merge to bfloat16 or float16 takes a part of the update, and
/// this is what it costs in answers. Equivalence is shown by two one-sided tests on Tango's score (Schuirmann 1987, Tango 1998).
/// </summary>
public static class MergeEquivalence
{
    /// <summary>Compares the reports of the two models.</summary>
    /// <param name="reports">For each task the report of base with adapter, and that of the merged model.</param>
    /// <param name="metric">A metric that is 0 or 1 in every item.</param>
    /// <param name="margin">The largest change of it that counts as none, between 0 and 1.</param>
    /// <param name="alpha">Level of each of the two tests.</param>
    /// <exception cref="EquivalenceException">The reports are not of the same task and items by one engine, or lack the metric.</exception>
    /// <exception cref="ArgumentException">There are no reports.</exception>
    public static EquivalenceCertificate Certify(IReadOnlyList<(EvaluationReport Attached, EvaluationReport Merged)> reports, string metric, double margin, double alpha)
    {
        ArgumentNullException.ThrowIfNull(reports);
        ArgumentException.ThrowIfNullOrEmpty(metric);
        if (reports.Count == 0)
            throw new ArgumentException("No evidence shows nothing.", nameof(reports));
        List<EquivalentTask> tasks = [.. reports.Select(pair => Compare(pair.Attached, pair.Merged, metric, margin, alpha))];
        return new EquivalenceCertificate(reports[0].Attached.Engine, reports[0].Attached.Model, reports[0].Merged.Model, tasks.All(task => task.Equivalent), tasks);
    }

    private static EquivalentTask Compare(EvaluationReport attached, EvaluationReport merged, string metric, double margin, double alpha)
    {
        CheckPair(attached, merged);
        var (before, after) = (Scores(attached, metric), Scores(merged, metric));
        var changes = before.Zip(after).ToList();
        var (gained, lost) = (changes.Count(pair => pair.Second > pair.First), changes.Count(pair => pair.Second < pair.First));
        var estimate = new PairedShareEstimate(gained, lost, changes.Count);
        var (lower, upper) = (estimate.Lower(alpha), estimate.Upper(alpha));
        List<double> differences = [.. attached.Items.Zip(merged.Items).SelectMany(pair => pair.First.LogLikelihoods.Zip(pair.Second.LogLikelihoods, (one, other) => Math.Abs(one - other)))];
        return new EquivalentTask(
            attached.Task,
            differences.DefaultIfEmpty(0).Max(),
            differences.DefaultIfEmpty(0).Average(),
            [.. attached.Items.Zip(merged.Items).Where(pair => Best(pair.First) != Best(pair.Second)).Select(pair => pair.First.Id)],
            metric,
            new Statistic(estimate.Procedure, estimate.Value, lower, upper, margin, alpha, changes.Count, null, before.Average(), after.Average(), gained, lost),
            Tost.Shows(lower, upper, margin));
    }

    private static void CheckPair(EvaluationReport attached, EvaluationReport merged)
    {
        var different = (attached, merged) switch
        {
            _ when attached.Engine != merged.Engine => "engines",
            _ when attached.Task.TaskDigest != merged.Task.TaskDigest => "task files",
            _ when attached.Task.DataDigest != merged.Task.DataDigest => "data",
            _ when attached.Model.TokenizerDigest != merged.Model.TokenizerDigest => "tokenizers",
            _ when !attached.Items.Select(item => (item.Id, item.LogLikelihoods.Count)).SequenceEqual(merged.Items.Select(item => (item.Id, item.LogLikelihoods.Count))) => "items",
            _ when attached.Items.Count == 0 => "no items",
            _ => null,
        };
        if (different is not null)
            throw new EquivalenceException(attached.Task.Name, $"the two models were scored with different {different}");
    }

    private static List<double> Scores(EvaluationReport report, string metric) =>
        [.. report.Items.Select(item => item.Scores.TryGetValue(metric, out var score) && score is 0 or 1 ? score : throw new EquivalenceException(report.Task.Name, $"item {item.Id} has no {metric} that is 0 or 1"))];

    private static int Best(EvaluatedItem item)
    {
        var best = 0;
        for (var i = 1; i < item.LogLikelihoods.Count; i++)
            best = item.LogLikelihoods[i] > item.LogLikelihoods[best] ? i : best;
        return best;
    }
}

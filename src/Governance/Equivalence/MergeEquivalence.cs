using Loragate.Artifacts.Records.Deciding;
using Loragate.Artifacts.Records.Evaluating;
using Loragate.Governance.Deciding;
using Loragate.Governance.Statistics;

namespace Loragate.Governance.Equivalence;

/// <summary>
/// Holds a merged model against its base with the adapter live, item by item: rounding a merge to bfloat16 or float16 takes a part of the update, and
/// this is what it costs in answers. Equivalence is shown by two one-sided tests on Tango's score (Schuirmann 1987, Tango 1998), as a gate's rules take it: an item that
/// repeats an earlier one does not count, items in clusters are dependent, and it must be shown however the coin flips fall.
/// </summary>
public static class MergeEquivalence
{
    /// <summary>Compares the reports of the two models.</summary>
    /// <param name="reports">For each task the report of base with adapter, and that of the merged model.</param>
    /// <param name="metric">A metric that is 0 or 1 in every item.</param>
    /// <param name="cluster">The carried column whose values group dependent items; null where items are independent.</param>
    /// <param name="margin">The largest change of it that counts as none, between 0 and 1.</param>
    /// <param name="alpha">Level of each of the two tests.</param>
    /// <exception cref="EquivalenceException">The reports are not of the same task and items by one engine, lack the metric, or have too few clusters.</exception>
    /// <exception cref="ArgumentException">There are no reports.</exception>
    public static EquivalenceCertificate Certify(IReadOnlyList<(EvaluationReport Attached, EvaluationReport Merged)> reports, string metric, string? cluster, double margin, double alpha)
    {
        ArgumentNullException.ThrowIfNull(reports);
        ArgumentException.ThrowIfNullOrEmpty(metric);
        if (reports.Count == 0)
            throw new ArgumentException("No evidence shows nothing.", nameof(reports));
        List<EquivalentTask> tasks = [.. reports.Select(pair => Compare(pair.Attached, pair.Merged, metric, cluster, margin, alpha))];
        return new EquivalenceCertificate(reports[0].Attached.Engine, reports[0].Attached.Model, reports[0].Merged.Model, tasks.All(task => task.Equivalent), tasks);
    }

    private static EquivalentTask Compare(EvaluationReport attached, EvaluationReport merged, string metric, string? cluster, double margin, double alpha)
    {
        CheckPair(attached, merged, cluster is null ? [] : [cluster]);
        var scores = Scores(attached, merged, metric, cluster);
        var region = new Region(-margin, margin);
        var estimate = scores.Improvement(lowerIsBetter: false, isBootstrap: false)!;
        var (lower, upper) = (estimate.Lower(alpha), estimate.Upper(alpha));
        var flips = CoinFlipCheck.Of(region, scores.CoinFlips, () => scores.FallenImprovements(lowerIsBetter: false, isBootstrap: false), alpha);
        List<double> differences = [.. attached.Items.Zip(merged.Items).SelectMany(pair => pair.First.LogLikelihoods.Zip(pair.Second.LogLikelihoods, (one, other) => Math.Abs(one - other)))];
        return new EquivalentTask(
            attached.Task,
            differences.DefaultIfEmpty(0).Max(),
            differences.DefaultIfEmpty(0).Average(),
            [.. attached.Items.Zip(merged.Items).Where(pair => pair.First.LikeliestChoice() != pair.Second.LikeliestChoice()).Select(pair => pair.First.Id)],
            metric,
            new Statistic(estimate.Procedure, estimate.Value, lower, upper, margin, alpha, estimate.Items, estimate.Clusters, scores.Base!.Average(), scores.Candidate.Average(), scores.Gained, scores.Lost),
            region.Holds(lower, upper) && flips is not { Clears: false },
            scores.CoinFlips == 0 ? null : scores.CoinFlips);
    }

    private static void CheckPair(EvaluationReport attached, EvaluationReport merged, IEnumerable<string> fields)
    {
        var different = (attached, merged) switch
        {
            _ when attached.Engine != merged.Engine => "engines",
            _ when attached.Model.TokenizerDigest != merged.Model.TokenizerDigest => "tokenizers",
            _ when ItemPairing.Difference(attached, merged, fields) is { } difference => difference.What,
            _ when !attached.Items.Select(item => item.LogLikelihoods.Count).SequenceEqual(merged.Items.Select(item => item.LogLikelihoods.Count)) => "numbers of answers",
            _ when attached.Items.Count == 0 => "no items",
            _ => null,
        };
        if (different is not null)
            throw new EquivalenceException(attached.Task.Name, $"the two models were scored with different {different}");
    }

    private static ItemScores Scores(EvaluationReport attached, EvaluationReport merged, string metric, string? cluster)
    {
        var repeated = attached.Repeated.ToHashSet();
        int[] indices = [.. Enumerable.Range(0, attached.Items.Count).Where(i => !repeated.Contains(attached.Items[i].Id))];
        var scores = new ItemScores
        {
            Candidate = Of(merged, item => Score(merged, item, metric)),
            Base = Of(attached, item => Score(attached, item, metric)),
            Clusters = cluster is null ? null : Of(attached, item => item.Fields?.GetValueOrDefault(cluster) ?? throw new EquivalenceException(attached.Task.Name, $"item {item.Id} has no column '{cluster}'")),
            Slices = null,
            Golds = Of(attached, item => item.Gold),
            CandidateFlips = Of(merged, IsFlip),
            BaseFlips = Of(attached, IsFlip),
            Range = MetricRange.Share,
            Task = attached.Task.Name,
            Seed = 0,
            Evidence = [],
        };
        return scores.ClusterCount < ScoreSelection.FewestClusters
            ? throw new EquivalenceException(attached.Task.Name, $"{scores.ClusterCount} clusters of '{cluster}' are too few to judge by; at least {ScoreSelection.FewestClusters} are needed")
            : scores;

        T[] Of<T>(EvaluationReport report, Func<EvaluatedItem, T> value) => [.. indices.Select(i => value(report.Items[i]))];
        bool IsFlip(EvaluatedItem item) => item.Unsteady?.Contains(metric) == true;
    }

    private static double Score(EvaluationReport report, EvaluatedItem item, string metric) =>
        item.Scores.TryGetValue(metric, out var score) && score is 0 or 1 ? score : throw new EquivalenceException(report.Task.Name, $"item {item.Id} has no {metric} that is 0 or 1");
}

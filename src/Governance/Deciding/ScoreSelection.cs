using Loragate.Artifacts.Records.Evaluating;
using Loragate.Governance.Policies;

namespace Loragate.Governance.Deciding;

/// <summary>The scores that a rule's measure selects from evaluations whose items pair. Nothing is dropped and nothing is filled in.</summary>
/// <param name="policy">The policy.</param>
/// <param name="rule">One of its rules.</param>
internal sealed class ScoreSelection(Policy policy, StatisticalRule rule)
{
    // Below it the normality that t on G − 1 degrees of freedom rests on is not to be had.
    internal const int FewestClusters = 10;

    private readonly Measure _measure = rule.Measure;

    /// <summary>The scores, or why there are none.</summary>
    /// <param name="candidate">The candidate's evaluation.</param>
    /// <param name="other">That of the model that it is held against; null for none.</param>
    /// <param name="scores">The scores.</param>
    public Shortfall? Select(FiledRecord<EvaluationReport> candidate, FiledRecord<EvaluationReport>? other, out ItemScores? scores)
    {
        scores = null;
        if (candidate.Record.Items.FirstOrDefault(LacksField) is { } bare)
            return new Shortfall(Reason.FieldMissing, $"Item {bare.Id} of {_measure.Task} lacks a column that the rule reads ({string.Join(", ", _measure.Fields)}).");
        var repeated = candidate.Record.Repeated.ToHashSet();
        var indices = Enumerable.Range(0, candidate.Record.Items.Count)
            .Where(i => _measure.Selects(candidate.Record.Items[i].Fields) && !repeated.Contains(candidate.Record.Items[i].Id)).ToArray();
        var shortfall = Values(candidate.Record, indices, "candidate", out var values);
        double[]? otherValues = null;
        if (shortfall is null && other is not null)
            shortfall = Values(other.Record, indices, "base", out otherValues);
        if (shortfall is not null)
            return shortfall;
        scores = new ItemScores
        {
            Candidate = values,
            Base = otherValues,
            Clusters = Column(_measure.Cluster),
            Slices = Column(_measure.Slices),
            Golds = [.. indices.Select(i => candidate.Record.Items[i].Gold)],
            CandidateFlips = Flips(candidate.Record),
            BaseFlips = other is null ? null : Flips(other.Record),
            Range = rule.Range,
            Task = _measure.Task,
            Seed = policy.Seed,
            Evidence = other is null ? [candidate.Digest] : [other.Digest, candidate.Digest],
        };
        return null;

        bool[] Flips(EvaluationReport report)
        {
            var rows = report.CoinFlips.ToHashSet();
            return [.. indices.Select(i => rule.IsCoinFlip(report.Items[i], rows))];
        }

        string[]? Column(string? name) => name is null ? null : [.. indices.Select(i => candidate.Record.Items[i].Fields![name])];
    }

    private Shortfall? Values(EvaluationReport report, int[] indices, string model, out double[] values)
    {
        values = new double[indices.Length];
        for (var i = 0; i < indices.Length; i++)
        {
            var item = report.Items[indices[i]];
            if (!rule.TryScore(item, out values[i]))
                return new Shortfall(Reason.MetricMissing, $"Item {item.Id} of {_measure.Task} has no {_measure.Metric} of the {model}.");
            if (!double.IsFinite(values[i]))
                return new Shortfall(Reason.MetricUnusable, $"{_measure.Metric} of item {item.Id} of {_measure.Task} is not a number for the {model}.");
        }
        return null;
    }

    private bool LacksField(EvaluatedItem item) => _measure.Fields.Any(field => ItemPairing.Field(item, field) is null);
}

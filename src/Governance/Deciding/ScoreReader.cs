using Loragate.Artifacts;
using Loragate.Artifacts.Records.Evaluating;
using Loragate.Artifacts.Records.Merging;
using Loragate.Governance.Policies;

namespace Loragate.Governance.Deciding;

/// <summary>Takes a rule's scores out of the reports, or says why they cannot be used. Nothing is dropped and nothing is filled in.</summary>
internal sealed class ScoreReader(Case @case, StatisticalRule rule)
{
    // Below it the normality that t on G − 1 degrees of freedom rests on is not to be had.
    internal const int FewestClusters = 10;

    private readonly Measure _measure = rule.Measure;
    private readonly PolicyTask _task = @case.Policy.Tasks[rule.Measure.Task];

    /// <summary>The scores, or the first reason why there are none.</summary>
    public Shortfall? Read(out ItemScores? scores)
    {
        scores = null;
        var candidate = @case.Evidence.Candidate.GetValueOrDefault(_task.Name);
        var @base = rule.IsPaired ? @case.Evidence.Base.GetValueOrDefault(_task.Name) : null;
        if (candidate is null || (rule.IsPaired && @base is null))
            return new Shortfall(Reason.EvidenceMissing, $"There is no report of the {(candidate is null ? "candidate" : "base")} on {_task.Name}.");
        return CheckOrigin(candidate.Record, @base?.Record)
            ?? CheckPin(candidate.Record)
            ?? CheckPairing(candidate.Record, @base?.Record)
            ?? CheckModels(candidate.Record, @base?.Record)
            ?? CheckCount(candidate.Record)
            ?? Select(candidate, @base, out scores)
            ?? CheckPlan(scores!)
            ?? rule.CheckScores(scores!);
    }

    private Shortfall? CheckOrigin(EvaluationReport candidate, EvaluationReport? @base)
    {
        if ((candidate.Imported ?? @base?.Imported) is { } run && !_task.AcceptsImported)
            return new Shortfall(Reason.EvidenceImported, $"{_task.Name} was scored by another program ({run.Model}), and the policy does not accept that.");
        return (candidate.Remote ?? @base?.Remote) is { } server && !_task.AcceptsRemote
            ? new Shortfall(Reason.EvidenceRemote, $"{_task.Name} was scored by a server ({server.Server}, {server.Evidence}), and the policy does not accept that.")
            : null;
    }

    private Shortfall? CheckPin(EvaluationReport candidate)
    {
        var different = candidate.Task switch
        {
            var task when _task.Pin is { } pin && task.TaskDigest != pin.Task => "task file",
            var task when _task.Pin is { } pin && task.DataDigest != pin.Data => "data",
            _ => null,
        };
        if (different is not null)
            return new Shortfall(Reason.EvidenceOfOtherTask, $"{_task.Name} was scored with another {different} than the policy pins.");
        return _task.Prompt.IsThatOf(candidate.Task.Prompt) ? null : new Shortfall(Reason.EvidenceOfOtherTask, $"{_task.Name} was scored with other prompts (chat, system) than the policy asks for.");
    }

    private Shortfall? CheckModels(EvaluationReport candidate, EvaluationReport? @base)
    {
        if (@case.CheckReceipt() is { } shortfall)
            return shortfall;
        var receipt = @case.Evidence.Receipt!.Record;
        return (candidate.Remote is null ? CheckModel(candidate.Model, receipt.Output, null, "candidate") : CheckModel(candidate.Model, receipt.Base, receipt.Adapters[0].Adapter.Digest, "candidate"))
            ?? (@base is null ? null : CheckModel(@base.Model, receipt.Base, null, "base"));
    }

    /// <summary>Weights alone do not make a model: its config and its tokenizer are the receipt's too. A server serves the adapter beside the base, so there the candidate is the two.</summary>
    private Shortfall? CheckModel(EvaluatedModel scored, CheckpointIdentity expected, Digest? adapter, string model)
    {
        var different = scored switch
        {
            _ when scored.AdapterDigest != adapter => adapter is null ? "an adapter beside the weights" : "another adapter, or none,",
            _ when scored.WeightsDigest != expected.WeightsDigest => "other weights",
            _ when scored.ConfigDigest != expected.ConfigDigest => "another config.json",
            _ when scored.TokenizerDigest != @case.Evidence.Receipt!.Record.TokenizerDigest() => "another tokenizer",
            _ => null,
        };
        return different is null ? null : new Shortfall(Reason.EvidenceOfOtherModel, $"The {model}'s report on {_task.Name} is of {different} than the merge receipt's {model}.");
    }

    private Shortfall? CheckPairing(EvaluationReport candidate, EvaluationReport? @base)
    {
        if (@base is null)
            return null;
        var different = (candidate, @base) switch
        {
            _ when candidate.Engine != @base.Engine => "engines",
            _ when candidate.Task.TaskDigest != @base.Task.TaskDigest => "task files",
            _ when candidate.Task.DataDigest != @base.Task.DataDigest => "data",
            _ when candidate.Task.Prompt != @base.Task.Prompt => "prompts",
            _ when candidate.Model.TokenizerDigest != @base.Model.TokenizerDigest => "tokenizers",
            _ when !candidate.Repeated.SequenceEqual(@base.Repeated) => "repeated items",
            _ when !candidate.Items.Select(item => item.Id).SequenceEqual(@base.Items.Select(item => item.Id)) => "items",
            _ when candidate.Items.Zip(@base.Items).Any(pair => _measure.Fields.Any(field => Field(pair.First, field) != Field(pair.Second, field))) => "columns",
            _ => null,
        };
        return different is null ? null : new Shortfall(Reason.ItemsDoNotPair, $"Base and candidate were scored on {_task.Name} with different {different}.");
    }

    /// <summary>A part of the rows that was picked after the fact decides nothing, so it must be all rows or exactly the policy's first.</summary>
    private Shortfall? CheckCount(EvaluationReport candidate)
    {
        var expected = Math.Min(_task.Limit ?? int.MaxValue, candidate.Task.Rows);
        if (candidate.Items.Count != expected)
            return new Shortfall(Reason.NotEnoughItems, $"{candidate.Items.Count} items of {_task.Name} were scored where the policy asks for {expected}.");
        for (var i = 1; i < candidate.Items.Count; i++)
        {
            if (candidate.Items[i].Id <= candidate.Items[i - 1].Id)
                return new Shortfall(Reason.ItemsDoNotPair, $"The items of {_task.Name} are not in row order, each once.");
        }
        return null;
    }

    private Shortfall? Select(FiledRecord<EvaluationReport> candidate, FiledRecord<EvaluationReport>? @base, out ItemScores? scores)
    {
        scores = null;
        if (candidate.Record.Items.FirstOrDefault(LacksField) is { } bare)
            return new Shortfall(Reason.FieldMissing, $"Item {bare.Id} of {_task.Name} lacks a column that the rule reads ({string.Join(", ", _measure.Fields)}).");
        var repeated = candidate.Record.Repeated.ToHashSet();
        var indices = Enumerable.Range(0, candidate.Record.Items.Count)
            .Where(i => _measure.Selects(candidate.Record.Items[i].Fields) && !repeated.Contains(candidate.Record.Items[i].Id)).ToArray();
        var shortfall = Values(candidate.Record, indices, "candidate", out var values);
        double[]? baseValues = null;
        if (shortfall is null && @base is not null)
            shortfall = Values(@base.Record, indices, "base", out baseValues);
        if (shortfall is not null)
            return shortfall;
        scores = new ItemScores
        {
            Candidate = values,
            Base = baseValues,
            Clusters = Column(_measure.Cluster),
            Slices = Column(_measure.Slices),
            Golds = [.. indices.Select(i => candidate.Record.Items[i].Gold)],
            CandidateFlips = Flips(candidate.Record),
            BaseFlips = @base is null ? null : Flips(@base.Record),
            Range = rule.Range,
            Task = _task.Name,
            Seed = @case.Policy.Seed,
            Evidence = @base is null ? [candidate.Digest] : [@base.Digest, candidate.Digest],
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
                return new Shortfall(Reason.MetricMissing, $"Item {item.Id} of {_task.Name} has no {_measure.Metric} of the {model}.");
            if (!double.IsFinite(values[i]))
                return new Shortfall(Reason.MetricUnusable, $"{_measure.Metric} of item {item.Id} of {_task.Name} is not a number for the {model}.");
        }
        return null;
    }

    private Shortfall? CheckPlan(ItemScores scores)
    {
        var needed = rule.RequiredItems(@case.Policy.Alpha);
        if (scores.Count < needed)
            return new Shortfall(Reason.NotEnoughItems, $"{scores.Count} items of {_task.Name} count here, and the policy's power calculation asks for {needed}.");
        if (rule.Plan.Discordance is not null && !scores.AreShares)
            return new Shortfall(Reason.MetricUnusable, $"{_measure.Metric} of {_task.Name} is not 0 or 1 in every item, as the plan's discordance supposes.");
        return scores.ClusterCount is { } clusters && clusters < FewestClusters
            ? new Shortfall(Reason.NotEnoughClusters, $"{clusters} clusters of {_measure.Cluster} are too few to judge by; at least {FewestClusters} are needed.")
            : null;
    }

    private bool LacksField(EvaluatedItem item) => _measure.Fields.Any(field => Field(item, field) is null);

    private static string? Field(EvaluatedItem item, string column) => item.Fields?.GetValueOrDefault(column);
}

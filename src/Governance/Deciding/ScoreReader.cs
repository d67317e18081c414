using Loragate.Artifacts;
using Loragate.Artifacts.Records.Evaluating;
using Loragate.Artifacts.Records.Merging;
using Loragate.Governance.Policies;

namespace Loragate.Governance.Deciding;

/// <summary>Takes a rule's scores out of the reports, or says why they cannot be used. Nothing is dropped and nothing is filled in.</summary>
internal sealed class ScoreReader(Case @case, StatisticalRule rule)
{
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
            ?? new ScoreSelection(@case.Policy, rule).Select(candidate, @base, out scores)
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
            _ when candidate.Model.TokenizerDigest != @base.Model.TokenizerDigest => "tokenizers",
            _ => ItemPairing.Difference(candidate, @base, rule.Measure.Fields)?.What,
        };
        return different is null ? null : new Shortfall(Reason.ItemsDoNotPair, $"Base and candidate were scored on {_task.Name} with different {different}.");
    }

    /// <summary>A part of the rows that was picked after the fact decides nothing, so it must be all rows or exactly the policy's first.</summary>
    private Shortfall? CheckCount(EvaluationReport candidate)
    {
        var expected = _task.ItemsOf(candidate.Task.Rows);
        if (candidate.Items.Count != expected)
            return new Shortfall(Reason.NotEnoughItems, $"{candidate.Items.Count} items of {_task.Name} were scored where the policy asks for {expected}.");
        return candidate.Items.Index().All(item => item.Item.Id == item.Index)
            ? null
            : new Shortfall(Reason.ItemsDoNotPair, $"The items of {_task.Name} are not the first {expected} rows in their order, each once.");
    }

    private Shortfall? CheckPlan(ItemScores scores)
    {
        var needed = rule.RequiredItems(@case.Policy.Alpha);
        if (scores.Count < needed)
            return new Shortfall(Reason.NotEnoughItems, $"{scores.Count} items of {_task.Name} count here, and the policy's power calculation asks for {needed}.");
        if (rule.Plan.Discordance is not null && !scores.AreShares)
            return new Shortfall(Reason.MetricUnusable, $"{rule.Measure.Metric} of {_task.Name} is not 0 or 1 in every item, as the plan's discordance supposes.");
        return scores.ClusterCount is { } clusters && clusters < ScoreSelection.FewestClusters
            ? new Shortfall(Reason.NotEnoughClusters, $"{clusters} clusters of {rule.Measure.Cluster} are too few to judge by; at least {ScoreSelection.FewestClusters} are needed.")
            : null;
    }
}

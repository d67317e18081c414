using System.Globalization;
using Loragate.Artifacts;
using Loragate.Artifacts.Records;
using Loragate.Artifacts.Records.Evaluating;
using Loragate.Artifacts.Records.Training;

namespace Loragate.Governance.Trials;

/// <summary>The records that a report of trials was made from, as far as they are at hand: each is known by its digest, which the report names, and all that the report says of it is held against it.</summary>
/// <param name="report">A report without a fault.</param>
/// <param name="receipts">Training receipts, of these trials or others.</param>
public sealed class TrialSources(TrialReport report, IEnumerable<TrainingReceipt> receipts)
{
    private const string Whole = "full";
    private const string WeightsSuffix = ".safetensors";

    private readonly Dictionary<string, Digest> _questions = new(StringComparer.Ordinal);
    private readonly Dictionary<Digest, TrainingReceipt> _receipts = receipts.DistinctBy(receipt => receipt.ComputeDigest()).ToDictionary(receipt => receipt.ComputeDigest());

    /// <summary>What the report says otherwise than the receipts: base, plan, validation losses, and of the last round's trials method, rate, trained numbers and bytes. Each in a sentence.</summary>
    public IEnumerable<string> ReceiptFaults() => report.Rounds.Index().SelectMany(round => round.Item.Runs.SelectMany(run => Faults(run, isLast: round.Index == report.Rounds.Count - 1)));

    /// <summary>
    /// What the report says otherwise than an evaluation report: the items' scores, whose they are, and what was asked. That is the same of all evaluations of a task, as of a gate's: the task file, the data, the prompt, the
    /// rows, the tokenizer and the engine. Each in a sentence.
    /// </summary>
    /// <param name="evaluation">The evaluation.</param>
    public IEnumerable<string> Faults(EvaluationReport evaluation)
    {
        ArgumentNullException.ThrowIfNull(evaluation);
        var digest = evaluation.ComputeDigest();
        Scored[] said = [.. Scores().Where(scored => scored.Score.Evaluation == digest)];
        return said.Length == 0 ? [$"it names no evaluation with SHA-256 {digest}"] : [.. said.SelectMany(scored => Faults(scored, evaluation))];
    }

    private IEnumerable<string> Faults(TrialRun run, bool isLast)
    {
        if (run.Receipt is not { } digest || !_receipts.TryGetValue(digest, out var receipt))
            yield break;
        var inputs = receipt.Inputs;
        if ((inputs.Base.WeightsDigest, inputs.Base.ConfigDigest) != (report.Base.WeightsDigest, report.Base.ConfigDigest))
            yield return $"{run.Id}: by its receipt it was made from another base";
        if (inputs.Plan != report.Plan)
            yield return $"{run.Id}: by its receipt it is a trial of another plan";
        if (!receipt.Validations.Any(validation => validation.Loss == run.ValidationLoss) || receipt.Validations.Min(validation => validation.Loss) != run.ValidationLoss)
            yield return Other(run.Id, "a validation loss", run.ValidationLoss, receipt.Validations.Select(validation => (double?)validation.Loss).Min());
        if (!isLast)
            yield break;
        var result = report.Results.First(result => result.Id == run.Id);
        var bytes = receipt.Files.Where(file => file.Path.EndsWith(WeightsSuffix, StringComparison.Ordinal)).Sum(file => file.Size);
        if (!RecordJson.Canonical(result.Method).AsSpan().SequenceEqual(RecordJson.Canonical(inputs.Method)))
            yield return $"{run.Id}: its receipt tells another method, or other settings of it";
        if (result.LearningRate != inputs.Settings.LearningRate)
            yield return Other(run.Id, "a learning rate", result.LearningRate, inputs.Settings.LearningRate);
        if (result.Parameters != receipt.Parameters)
            yield return Other(run.Id, "trained numbers", result.Parameters, receipt.Parameters);
        if (result.Bytes != bytes)
            yield return Other(run.Id, "bytes", result.Bytes, bytes);
    }

    private IEnumerable<string> Faults(Scored scored, EvaluationReport evaluation)
    {
        var (who, score, isWhole, receipt) = scored;
        var (model, repeated) = (evaluation.Model, evaluation.Repeated.ToHashSet());
        if ((evaluation.Task.Name, evaluation.Task.DataDigest) != (score.Task, score.Data) || report.Asked is { } asked && !asked.Any(task => IsSame(task, evaluation.Task)))
            yield return $"{who}: its evaluation is of another task than {score.Task}";
        else if (!IsSameQuestion(evaluation))
            yield return $"{who}: its evaluation asked another question of {score.Task} than others did (task file, prompt, rows, tokenizer or engine)";
        else if (!evaluation.Items.Where(item => !repeated.Contains(item.Id)).Select(item => item.Scores.TryGetValue(score.Metric, out var value) ? value : double.NaN).SequenceEqual(score.Scores))
            yield return $"{who}: other scores of items of {score.Task} than its evaluation has";
        if (model.ConfigDigest != report.Base.ConfigDigest || isWhole is true && model.AdapterDigest is not null
            || isWhole is false && (model.WeightsDigest != report.Base.WeightsDigest || model.AdapterDigest is null != receipt is null))
            yield return $"{who}: its evaluation is of another model";
        else if (receipt is { } known && _receipts.TryGetValue(known, out var made))
        {
            if (model.AdapterDigest is { } adapter && adapter != made.FolderDigest())
                yield return $"{who}: its evaluation is of another adapter than its receipt";
            else if (isWhole is true && made.Weights is { } weights && weights != model.WeightsDigest)
                yield return $"{who}: its evaluation is of other weights than its receipt";
            if (model.TokenizerDigest != made.Inputs.Tokenizer)
                yield return $"{who}: its evaluation is of another tokenizer than its receipt";
        }
    }

    private static bool IsSame(EvaluatedTask one, EvaluatedTask other) => RecordJson.Canonical(one).AsSpan().SequenceEqual(RecordJson.Canonical(other));

    /// <summary>Whether an evaluation asked what the first one of its task did that was seen.</summary>
    private bool IsSameQuestion(EvaluationReport evaluation)
    {
        var question = Digest.Of(RecordJson.Canonical(new { evaluation.Engine, evaluation.Task, tokenizer = evaluation.Model.TokenizerDigest, rows = evaluation.Items.Select(item => item.Id), evaluation.Repeated }));
        return _questions.TryAdd(evaluation.Task.Name, question) || _questions[evaluation.Task.Name] == question;
    }

    private IEnumerable<Scored> Scores() =>
    [
        .. Of(TrialFiles.Base, null, isWhole: false, report.Task, report.Retained),
        .. report.Results.SelectMany(result => Of(result.Id, report.Rounds[^1].Runs.First(run => run.Id == result.Id).Receipt, result.Method.Name == Whole, result.Task, result.Retained)),
        .. report.Rounds.SkipLast(1).SelectMany(round => round.Runs).SelectMany(run => Of(run.Id, run.Receipt, IsWhole(run), run.Retained)),
    ];

    private bool? IsWhole(TrialRun run) => run.Receipt is { } digest && _receipts.TryGetValue(digest, out var receipt) ? receipt.Inputs.Method.Name == Whole : null;

    private static IEnumerable<Scored> Of(string who, Digest? receipt, bool? isWhole, params TrialScore?[] scores) => scores.OfType<TrialScore>().Select(score => new Scored(who, score, isWhole, receipt));

    private static string Other(string id, string what, double? said, double? held) => string.Create(CultureInfo.InvariantCulture, $"{id}: {what} of {said} where its receipt has {held}");

    /// <param name="Who">The base, or the trial.</param>
    /// <param name="Score">What the report says.</param>
    /// <param name="IsWhole">Whether a model of its own was scored and not the base with an adapter; null where that is not known.</param>
    /// <param name="Receipt">The trial's receipt; null of the base.</param>
    private sealed record Scored(string Who, TrialScore Score, bool? IsWhole, Digest? Receipt);
}

using Loragate.Artifacts.Adapters;
using Loragate.Artifacts.Checkpoints;
using Loragate.Artifacts.Folders;
using Loragate.Artifacts.Records.Evaluating;
using Loragate.Artifacts.Records.Training;
using Loragate.EvalHarness.Evaluating;
using Loragate.EvalHarness.Measuring;
using Loragate.EvalHarness.Models;
using Loragate.EvalHarness.Tasks;
using Loragate.Tuning.Data;
using Loragate.Tuning.Methods;
using static TorchSharp.torch;

namespace Loragate.Tuning.Trials;

/// <summary>Measures the base and what trials made of it, on the same items.</summary>
internal sealed class TrialMeasuring
{
    private const int PromptTokens = 32;
    private const int NewTokens = 16;
    private const int Repeats = 3;

    private readonly TrialRequest _request;
    private readonly CostMeter _meter;
    private readonly CancellationToken _cancellation;
    private readonly EvaluationQuestion _task;
    private readonly EvaluationQuestion? _retained;
    private readonly IReadOnlyList<Example> _validation;
    private readonly Dictionary<string, double> _tokenSeconds = new(StringComparer.Ordinal);
    private readonly (EvaluationReport Task, EvaluationReport? Retained) _base;

    public TrialMeasuring(TrialRequest request, CostMeter meter, CancellationToken cancellation)
    {
        (_request, _meter, _cancellation) = (request, meter, cancellation);
        _task = Read(request.Plan.Task);
        _retained = request.Plan.Retained is { } retained ? Read(retained) : null;
        _validation = TrainingSet.Read(request.Plan.Validation, new ExampleEncoder(request.Base), int.MaxValue, allowRepeats: true).Examples;
        _base = Evaluate("base", request.Base, null);
        _tokenSeconds["base"] = Time(request.Base, null);
    }

    public TrialCost BaseCost() => new("base", 0, null, _tokenSeconds["base"]);

    public (TrialScore Task, TrialScore? Retained) OfBase() => Scores(_base);

    /// <summary>Everything about a trial's result that can be computed again.</summary>
    public TrialResult Measure(Trial trial, string folder, TrainingReceipt receipt)
    {
        var isWhole = trial.Method is FullMethod;
        var (model, adapter) = isWhole ? (folder, null) : (_request.Base, folder);
        var (task, retained) = Scores(Evaluate(trial.Id, model, adapter));
        _tokenSeconds[trial.Id] = Time(model, adapter);
        var isLowRank = trial.Method is LoraMethod;
        return new TrialResult(
            trial.Id,
            receipt.Inputs.Method,
            trial.LearningRate,
            receipt.Parameters,
            receipt.Files.Where(f => f.Path.EndsWith(".safetensors", StringComparison.Ordinal)).Sum(f => f.Size),
            receipt.Validations.Min(v => v.Loss),
            task,
            retained,
            isLowRank ? Spectra.Of(folder, _cancellation) : [],
            isLowRank ? Effects(folder) : []);
    }

    /// <summary>A cost with the speed that was measured after the last round.</summary>
    public TrialCost WithSpeed(TrialCost cost, int lastRound) => cost.Round == lastRound && _tokenSeconds.TryGetValue(cost.Id, out var seconds) ? cost with { TokenSeconds = seconds } : cost;

    private IReadOnlyList<LayerEffect> Effects(string folder)
    {
        using var checkpoint = Checkpoint.Open(_request.Base);
        using var model = LanguageModel.Load(checkpoint, Precision.Float32, new Device(_request.Device), _request.Weights, _cancellation);
        return LayerEffects.Of(model, folder, _validation, _cancellation);
    }

    private EvaluationQuestion Read(TrialTask task)
    {
        var question = EvaluationQuestion.Read(EvaluationTask.Load(task.File), new EvaluationScope(_request.Plan.DataRoot));
        return question.Task.MetricNames.Contains(task.Metric)
            ? question
            : throw new TuningException(task.File, $"has no metric '{task.Metric}'", $"Name one of: {string.Join(", ", question.Task.MetricNames)}.");
    }

    private (EvaluationReport Task, EvaluationReport? Retained) Evaluate(string id, string model, string? adapter)
    {
        using var weights = Evaluator.Open(new EvaluatorOptions
        {
            Model = model,
            Weights = model == _request.Base ? _request.Weights : Digests(model),
            Device = _request.Device,
            Threads = _request.Threads,
            Version = _request.Version,
        });
        using var attached = adapter is null ? null : weights.Attach(adapter, _cancellation);
        var evaluator = attached ?? weights;
        return (Keep(id, evaluator.Evaluate(_task, cancellationToken: _cancellation)), _retained is null ? null : Keep(id, evaluator.Evaluate(_retained, cancellationToken: _cancellation)));
    }

    private EvaluationReport Keep(string id, EvaluationReport report)
    {
        var folder = Path.Combine(_request.Output, "evaluations", id);
        Directory.CreateDirectory(folder);
        AtomicFile.Write(Path.Combine(folder, report.Task.Name + ".json"), report.ToCanonicalJson());
        return report;
    }

    private (TrialScore Task, TrialScore? Retained) Scores((EvaluationReport Task, EvaluationReport? Retained) reports) => (
        Score(reports.Task, _base.Task, _request.Plan.Task.Metric),
        reports.Retained is { } retained ? Score(retained, _base.Retained!, _request.Plan.Retained!.Metric) : null);

    private static TrialScore Score(EvaluationReport report, EvaluationReport ofBase, string metric)
    {
        double[] values = [.. report.Items.Select(i => i.Scores[metric])], before = [.. ofBase.Items.Select(i => i.Scores[metric])];
        return new TrialScore(
            report.Task.Name, metric, values.Length, values.Average(), values.Zip(before).Count(p => p.First > p.Second), values.Zip(before).Count(p => p.First < p.Second), report.ComputeDigest());
    }

    private double Time(string folder, string? adapter)
    {
        using var checkpoint = Checkpoint.Open(folder);
        using var weights = LanguageModel.Load(checkpoint, Precision.Float32, new Device(_request.Device), _cancellation);
        using var beside = adapter is null ? null : PeftAdapter.Open(adapter, _cancellation);
        using var attached = beside is null ? null : weights.Attach(beside);
        return SpeedProbe.Measure(attached ?? weights, PromptTokens, NewTokens, Repeats, _meter.Clock, _cancellation).SecondsPerToken;
    }

    private static IReadOnlyList<TensorDigest> Digests(string folder)
    {
        using var checkpoint = Checkpoint.Open(folder);
        return [.. checkpoint.Tensors.Values.Select(t => new TensorDigest(t.Name, t.Info.DType.ToString(), t.Info.Shape, t.ComputeDigest()))];
    }
}

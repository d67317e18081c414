using Loragate.Artifacts;
using Loragate.Artifacts.Adapters;
using Loragate.Artifacts.Checkpoints;
using Loragate.Artifacts.Records;
using Loragate.Artifacts.Records.Evaluating;
using Loragate.Artifacts.Safetensors;
using Loragate.EvalHarness.Models;
using Loragate.EvalHarness.Tasks;
using Loragate.EvalHarness.Tokenizers;

namespace Loragate.EvalHarness.Evaluating;

/// <summary>
/// Scores one model on tasks. The weights are loaded when the first task needs them: to know whether an earlier report still
/// answers a question (<see cref="Answers"/>), digests are enough.
/// </summary>
public sealed class Evaluator : IDisposable
{
    private readonly EvaluatorOptions _options;
    private readonly Checkpoint _checkpoint;
    private readonly Tokenizer _tokenizer;
    private readonly RequestEncoder _encoder;
    private readonly PeftAdapter? _adapter;
    private LanguageModel? _weights;
    private LanguageModel? _attached;

    private Evaluator(EvaluatorOptions options, Checkpoint checkpoint, PeftAdapter? adapter)
    {
        _options = options;
        _checkpoint = checkpoint;
        _adapter = adapter;
        _tokenizer = Tokenizer.Load(options.Model);
        _encoder = new RequestEncoder(_tokenizer, options.Model);
        Model = new EvaluatedModel(TensorDigest.OfWeights(options.Weights), checkpoint.ConfigDigest, _tokenizer.Digest, adapter?.Identity.Digest);
    }

    /// <summary>The model by content.</summary>
    public EvaluatedModel Model { get; }

    /// <summary>Opens a model folder; the weights are not read yet.</summary>
    /// <exception cref="MalformedInputException">The folder is no checkpoint, its tokenizer is not supported, or the adapter is none.</exception>
    public static Evaluator Open(EvaluatorOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        var checkpoint = Checkpoint.Open(options.Model);
        PeftAdapter? adapter = null;
        try
        {
            adapter = options.Adapter is { } folder ? PeftAdapter.Open(folder) : null;
            return new Evaluator(options, checkpoint, adapter);
        }
        catch
        {
            adapter?.Dispose();
            checkpoint.Dispose();
            throw;
        }
    }

    /// <summary>Whether a report was made by this engine from this model, this task and these rows: one changed byte and it was not.</summary>
    public bool Answers(EvaluationReport report, EvaluationTask task, EvaluationScope scope)
    {
        ArgumentNullException.ThrowIfNull(report);
        return Key(report.Engine, report.Model, report.Task) == Key(task, scope);
    }

    /// <summary>The name of the question that a report answers: SHA-256 over engine, model, task and rows.</summary>
    public Digest Key(EvaluationTask task, EvaluationScope scope)
    {
        ArgumentNullException.ThrowIfNull(task);
        ArgumentNullException.ThrowIfNull(scope);
        return Key(Engine(task), Model, Describe(task, scope, task.Read(scope.DataRoot, scope.Limit)));
    }

    /// <summary>Scores the model on a task.</summary>
    /// <exception cref="MalformedInputException">Task, data, tokenizer or weights are malformed or do not go together.</exception>
    /// <exception cref="IntegrityException">The weights that were loaded are not the ones of the options.</exception>
    public EvaluationReport Evaluate(EvaluationTask task, EvaluationScope scope, IProgress<EvaluationProgress>? progress = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(task);
        ArgumentNullException.ThrowIfNull(scope);
        var data = task.Read(scope.DataRoot, scope.Limit);
        var fields = Fields(task, scope, data);
        var run = new TaskRun(_options, Load(cancellationToken), _tokenizer, _encoder, task, data, fields);
        var items = run.Run(progress, cancellationToken);
        return new EvaluationReport(
            Engine(task),
            Model,
            Describe(task, scope, data),
            items,
            [.. task.Aggregate([.. items.Select(i => i.Scores)]).OrderBy(m => m.Name, StringComparer.Ordinal)],
            run.Truncated,
            run.CoinFlips,
            run.Repeated);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _attached?.Dispose();
        _weights?.Dispose();
        _adapter?.Dispose();
        _checkpoint.Dispose();
    }

    private LanguageModel Load(CancellationToken cancellationToken)
    {
        _weights ??= LanguageModel.Load(_checkpoint, _options.Precision, new TorchSharp.torch.Device(_options.Device), _options.Weights, cancellationToken);
        return _adapter is null ? _weights : _attached ??= _weights.Attach(_adapter);
    }

    private static Digest Key(EngineInfo engine, EvaluatedModel model, EvaluatedTask task) =>
        Digest.Of(RecordJson.Canonical(new { engine, model, task }));

    private static EvaluatedTask Describe(EvaluationTask task, EvaluationScope scope, TaskData data) =>
        new(task.Name, task.TaskDigest, data.Digest, task.OutputType, data.Rows, scope.Limit, Fields(task, scope, data));

    private static List<string> Fields(EvaluationTask task, EvaluationScope scope, TaskData data)
    {
        var fields = (scope.Fields ?? []).Order(StringComparer.Ordinal).ToList();
        return fields.FirstOrDefault(f => !data.Columns.Contains(f)) is { } absent
            ? throw new EvaluationException(task.Name, $"the data has no column '{absent}'", $"It has: {string.Join(", ", data.Columns)}.")
            : fields;
    }

    private EngineInfo Engine(EvaluationTask task)
    {
        var precision = _options.Precision == Precision.Float32 ? "float32" : StoredType();
        var method = task.OutputType == "generate_until" ? "greedy-cached/1" : string.Create(System.Globalization.CultureInfo.InvariantCulture, $"prefix-packed-{_options.TokensPerPass}/1");
        return new EngineInfo("loragate.evaluate", _options.Version, $"{_checkpoint.ModelType}/{precision}/{method}", _options.Device.Split(':')[0]);
    }

    private string StoredType() => _checkpoint.Tensors.Values.MaxBy(t => t.Info.Length)?.Info.DType switch
    {
        DType.BF16 => "bfloat16",
        DType.F16 => "float16",
        DType.F32 => "float32",
        var other => other?.ToString() ?? "none",
    };
}

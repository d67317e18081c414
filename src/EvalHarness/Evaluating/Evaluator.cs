using Loragate.Artifacts;
using Loragate.Artifacts.Adapters;
using Loragate.Artifacts.Checkpoints;
using Loragate.Artifacts.Records;
using Loragate.Artifacts.Records.Evaluating;
using Loragate.Artifacts.Safetensors;
using Loragate.EvalHarness.Exchange;
using Loragate.EvalHarness.Journals;
using Loragate.EvalHarness.Models;
using Loragate.EvalHarness.Models.Weights;
using Loragate.EvalHarness.Remote;
using Loragate.EvalHarness.Tasks;
using Loragate.EvalHarness.Tasks.Prompts;
using Loragate.EvalHarness.Templates;
using Loragate.EvalHarness.Tokenizers;

namespace Loragate.EvalHarness.Evaluating;

/// <summary>
/// Scores one model on tasks. The weights are loaded when the first task needs them: to know whether an earlier report still
/// answers a question (<see cref="Answers(EvaluationReport, EvaluationQuestion)"/>), digests are enough.
/// </summary>
public sealed class Evaluator : IDisposable
{
    /// <summary>Half a gigabyte of text.</summary>
    private const long MostPromptCharacters = 1 << 28;

    private readonly EvaluatorOptions _options;
    private readonly Checkpoint _checkpoint;
    private readonly Tokenizer _tokenizer;
    private readonly RequestEncoder _encoder;
    private readonly Lazy<ChatTemplate> _template;
    private readonly Evaluator? _base;
    private readonly PeftAdapter? _adapter;
    private LanguageModel? _model;

    private Evaluator(EvaluatorOptions options, Checkpoint checkpoint)
    {
        (_options, _checkpoint) = (options, checkpoint);
        _tokenizer = Tokenizer.Load(options.Model);
        _encoder = new RequestEncoder(_tokenizer, options.Model);
        _template = new Lazy<ChatTemplate>(LoadTemplate);
        Model = new EvaluatedModel(TensorDigest.OfWeights(options.Weights), checkpoint.ConfigDigest, _tokenizer.Digest);
    }

    private Evaluator(Evaluator @base, PeftAdapter adapter)
    {
        (_options, _checkpoint, _tokenizer, _encoder, _template) = (@base._options, @base._checkpoint, @base._tokenizer, @base._encoder, @base._template);
        (_base, _adapter) = (@base, adapter);
        Model = @base.Model with { AdapterDigest = adapter.Identity.Digest };
    }

    /// <summary>The model by content.</summary>
    public EvaluatedModel Model { get; }

    /// <summary>Opens a model folder; the weights are not read yet.</summary>
    /// <exception cref="MalformedInputException">The folder is no checkpoint, or its tokenizer is not supported.</exception>
    public static Evaluator Open(EvaluatorOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        var checkpoint = Checkpoint.Open(options.Model);
        try
        {
            return new Evaluator(options, checkpoint);
        }
        catch
        {
            checkpoint.Dispose();
            throw;
        }
    }

    /// <summary>The same model with an adapter live beside its weights. They are loaded once, whoever needs them first, and serve any number of adapters.</summary>
    /// <param name="adapter">The adapter's folder.</param>
    /// <param name="cancellationToken">Stops hashing the adapter.</param>
    /// <returns>Another evaluator, to be disposed before this one.</returns>
    /// <exception cref="MalformedInputException">The folder is no adapter.</exception>
    public Evaluator Attach(string adapter, CancellationToken cancellationToken = default) => Attach(() => PeftAdapter.Open(adapter, cancellationToken));

    /// <summary>The same model with an adapter live that the caller opens, and may hold against what he expects before.</summary>
    /// <param name="open">Opens the adapter; the evaluator closes it.</param>
    /// <returns>Another evaluator, to be disposed before this one.</returns>
    public Evaluator Attach(Func<PeftAdapter> open)
    {
        ArgumentNullException.ThrowIfNull(open);
        return _adapter is null ? new Evaluator(this, open()) : throw new InvalidOperationException("An adapter is live already.");
    }

    /// <summary>
    /// Whether a report says that this engine made it, here, from this model, this task and these rows, and what it says follows from rows and answers. That the answers are the model's
    /// is for a signature to say.
    /// </summary>
    public bool Answers(EvaluationReport report, EvaluationQuestion question)
    {
        ArgumentNullException.ThrowIfNull(report);
        return report is { Imported: null, Remote: null } && Key(report.Engine, report.Model, report.Task) == Key(question)
            && new KeptReport(report, question, EngineNoise.Of(WeightReader.TypeOf(_checkpoint, _options.Precision))).Holds();
    }

    /// <summary>The name of the question that a report answers: SHA-256 over engine, model, task and rows.</summary>
    public Digest Key(EvaluationQuestion question)
    {
        ArgumentNullException.ThrowIfNull(question);
        return Key(Engine(question.Task.OutputType), Model, Describe(question));
    }

    /// <summary>Scores the model on a task.</summary>
    /// <exception cref="MalformedInputException">Task, data, tokenizer or weights are malformed or do not go together.</exception>
    /// <exception cref="IntegrityException">The weights that were loaded are not the ones of the options.</exception>
    public EvaluationReport Evaluate(EvaluationQuestion question, IProgress<EvaluationProgress>? progress = null, CancellationToken cancellationToken = default) =>
        Evaluate(question, null, progress, cancellationToken);

    /// <summary>Scores the model on a task and keeps what is answered, so that an interrupted run goes on where it was, to the same bits.</summary>
    /// <param name="question">The question.</param>
    /// <param name="journal">A file that keeps answers until all are there; null for none.</param>
    /// <param name="progress">Hears how many documents are scored.</param>
    /// <param name="cancellationToken">Stops between layers.</param>
    /// <exception cref="MalformedInputException">Task, data, tokenizer or weights are malformed or do not go together, or the journal is a link.</exception>
    /// <exception cref="IntegrityException">The weights that were loaded are not the ones of the options.</exception>
    public EvaluationReport Evaluate(EvaluationQuestion question, JournalFile? journal, IProgress<EvaluationProgress>? progress, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(question);
        using var opened = journal is null ? null : new AnswerJournal(journal);
        var kept = opened is null ? null : new KeptAnswers(opened, Key(question));
        return Run(question, new LocalAnswers(Load(cancellationToken), _options, kept), Engine(question.Task.OutputType), progress, cancellationToken);
    }

    /// <summary>Whether a report was made of the answers of this server's model to this question.</summary>
    public bool Answers(EvaluationReport report, EvaluationQuestion question, RemoteModel remote)
    {
        ArgumentNullException.ThrowIfNull(report);
        ArgumentNullException.ThrowIfNull(question);
        ArgumentNullException.ThrowIfNull(remote);
        return report is { Imported: null, Remote: { } run } && run with { ProbeDistance = 0 } == remote.Description with { ProbeDistance = 0 } && Key(report.Engine, report.Model, report.Task) == Key(Engine(remote), Model, Describe(question))
            && new KeptReport(report, question, RemoteAnswers.NoiseOf(run.ProbeDistance)).Holds();
    }

    /// <summary>Scores the model on a task by the answers of a server that showed to serve it.</summary>
    /// <param name="remote">The model behind the server.</param>
    /// <param name="question">The question.</param>
    /// <param name="journal">A file that keeps answers until all are there; null for none.</param>
    /// <param name="progress">Hears how many documents are scored.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <exception cref="RemoteException">The server fails, or an answer lacks a log-probability.</exception>
    /// <exception cref="MalformedInputException">Task, data or tokenizer are malformed or do not go together.</exception>
    public EvaluationReport Ask(RemoteModel remote, EvaluationQuestion question, JournalFile? journal = null, IProgress<EvaluationProgress>? progress = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(remote);
        ArgumentNullException.ThrowIfNull(question);
        if (remote.Model != Model)
            throw new ArgumentException("The server showed to serve another model.", nameof(remote));
        using var opened = journal is null ? null : new AnswerJournal(journal);
        var answers = new RemoteAnswers(remote, opened is null ? null : new KeptAnswers(opened, remote.Run));
        return Run(question, answers, Engine(remote), progress, cancellationToken) with { Remote = answers.Description };
    }

    /// <summary>What base, adapter and the adapter without each of its parts say of fixed sequences, for a server to be held against.</summary>
    /// <exception cref="InvalidOperationException">No adapter is live.</exception>
    /// <exception cref="ModelException">The adapter does not fit the model, or moves too little to be seen.</exception>
    public AdapterProbe MakeProbe(CancellationToken cancellationToken)
    {
        if (_base is null || _adapter is null)
            throw new InvalidOperationException("No adapter is live.");
        return new AdapterProbe(Engine("loglikelihood"), Model, ProbeMaker.Make(_base.Load(cancellationToken), Load(cancellationToken), _adapter, _tokenizer.VocabularySize, cancellationToken));
    }

    /// <summary>
    /// The report of a run that another program made, on this model by that program's word; everything else is checked. The requests are encoded by neither, so
    /// nothing is known of what was cut to fit.
    /// </summary>
    /// <exception cref="MalformedInputException">The run's files are malformed, incomplete, or about other requests than the question's.</exception>
    /// <exception cref="IntegrityException">A score in them does not follow from the answers.</exception>
    public EvaluationReport Import(HarnessRun run, EvaluationQuestion question)
    {
        ArgumentNullException.ThrowIfNull(run);
        ArgumentNullException.ThrowIfNull(question);
        var items = Prepare(question).ToList();
        var answers = HarnessImport.Read(run, question, items, out var samples);
        return Report(run.Engine, question, new AnsweredTask(question, items, answers, run.Noise), []) with { Imported = new ImportedRun(run.Model, run.ModelArguments, run.ResultsDigest, samples) };
    }

    /// <summary>The requests of a question, as this model is asked them.</summary>
    /// <exception cref="MalformedInputException">The model has no chat template where one is asked for, or a row is not what the task needs.</exception>
    public IEnumerable<TaskItem> Prepare(EvaluationQuestion question)
    {
        ArgumentNullException.ThrowIfNull(question);
        var style = Style(question.Prompt);
        var length = new PromptLength(MostPromptCharacters);
        return question.Data.Documents.Select(document => length.Count(question.Task.Prepare(question.Data, document, style)));
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _model?.Dispose();
        _adapter?.Dispose();
        if (_base is null)
            _checkpoint.Dispose();
    }

    /// <summary>The model with its weights, loaded when it is first asked for; it lives as long as this evaluator.</summary>
    internal LanguageModel Load(CancellationToken cancellationToken) => _model ??= _base is null
        ? LanguageModel.Load(_checkpoint, _options.Precision, new TorchSharp.torch.Device(_options.Device), _options.Weights, cancellationToken)
        : _base.Load(cancellationToken).Attach(_adapter!);

    private EvaluationReport Run(
        EvaluationQuestion question, IAnswerSource source, EngineInfo engine, IProgress<EvaluationProgress>? progress, CancellationToken cancellationToken)
    {
        List<TaskItem> items = [.. Prepare(question)];
        var run = new TaskRun(source, _tokenizer, _encoder, question.Task.Name);
        var answers = run.Run(items, progress, cancellationToken);
        return Report(engine, question, new AnsweredTask(question, items, answers, source.Noise), run.Truncated);
    }

    private EvaluationReport Report(EngineInfo engine, EvaluationQuestion question, AnsweredTask answered, IReadOnlyList<int> truncated) => new(
        engine, Model, Describe(question), answered.Items, Aggregate(question, answered.Items), truncated, answered.CoinFlips, answered.Repeated, Unanswerable: answered.Unanswerable);

    private static Digest Key(EngineInfo engine, EvaluatedModel model, EvaluatedTask task) =>
        Digest.Of(RecordJson.Canonical(new { engine, model, task }));

    /// <summary>A question by content, as reports name it.</summary>
    internal EvaluatedTask Describe(EvaluationQuestion question) => new(
        question.Task.Name, question.Task.TaskDigest, question.Data.Digest, question.Task.OutputType, question.Data.Rows, question.Limit, question.Fields, Describe(question.Prompt));

    private EvaluatedPrompt? Describe(PromptSettings prompt) => prompt == PromptSettings.Default ? null : new EvaluatedPrompt(
        prompt.ChatTemplate ? _template.Value.Digest : null,
        prompt.MultiTurn,
        prompt.SystemInstruction.Length > 0 ? prompt.SystemInstruction : null,
        prompt.FewShotSeed == EvaluationTask.DefaultFewShotSeed ? null : prompt.FewShotSeed);

    /// <summary>The aggregates of items' scores, as reports hold them.</summary>
    internal static IReadOnlyList<Metric> Aggregate(EvaluationQuestion question, IReadOnlyList<EvaluatedItem> items) =>
        [.. question.Task.Aggregate([.. items.Select(i => i.Scores)]).OrderBy(m => m.Name, StringComparer.Ordinal)];

    private PromptStyle Style(PromptSettings prompt) =>
        prompt.ChatTemplate ? new ChatPrompt(_template.Value, prompt.MultiTurn, prompt.SystemInstruction) : new PlainPrompt(prompt.SystemInstruction);

    private ChatTemplate LoadTemplate() => ChatTemplate.Load(_options.Model)
        ?? throw new EvaluationException(_options.Model, "the model has no chat template", "Evaluate in plain text, or restore the model's tokenizer_config.json or chat_template.jinja.");

    private EngineInfo Engine(RemoteModel remote) => new("loragate.evaluate", _options.Version, $"{_checkpoint.ModelType}/{remote.Description.Server}/prompt-logprobs/1", "remote");

    private EngineInfo Engine(string outputType)
    {
        var precision = _options.Precision switch { Precision.Float32 => "float32", Precision.Float64 => "float64", _ => StoredType() };
        var method = outputType == "generate_until" ? "greedy-cached/1" : string.Create(System.Globalization.CultureInfo.InvariantCulture, $"prefix-packed-{_options.TokensPerPass}/2");
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

using Loragate.Artifacts;
using Loragate.Artifacts.Records.Evaluating;
using Loragate.EvalHarness.Tasks.Data;
using Loragate.EvalHarness.Tasks.FewShots;
using Loragate.EvalHarness.Tasks.Filters;
using Loragate.EvalHarness.Tasks.Functions;
using Loragate.EvalHarness.Tasks.Kinds;
using Loragate.EvalHarness.Tasks.Metrics;
using Loragate.EvalHarness.Tasks.Prompts;
using Loragate.EvalHarness.Tasks.Yaml;
using Loragate.EvalHarness.Templates;

namespace Loragate.EvalHarness.Tasks;

/// <summary>
/// An evaluation task in lm-evaluation-harness's YAML: it reads its data, makes requests for a model, and scores the answers, with the
/// harness's semantics. A key, filter, metric, function or template construct that is not supported is refused by name, so that no
/// task is scored in another way than it says. Immutable, and safe for several threads.
/// </summary>
public sealed class EvaluationTask
{
    /// <summary>The harness's own seed of few-shot draws.</summary>
    public const int DefaultFewShotSeed = 1234;

    private readonly DataFiles _files;
    private readonly FewShot _fewShot;
    private readonly string _split;
    private readonly string _path;
    private readonly Func<DictValue, DictValue>? _reshape;
    private readonly ResultFunction? _results;
    private readonly TaskKind _kind;
    private readonly IReadOnlyList<FilterChain> _chains;
    private readonly IReadOnlyList<MetricPlan> _metrics;

    private EvaluationTask(TaskFile file)
    {
        var keys = new TaskKeys(file.Entries, file.Path);
        _path = file.Path;
        TaskDigest = file.Digest;
        Config = file.Config;
        Name = keys.RequiredText("task");
        if (!IsFileName(Name))
            throw keys.Fault("task", $"'{Name}' cannot be a file's name, and reports are named after their task");
        OutputType = keys.Text("output_type") ?? "generate_until";
        _files = DataFiles.Parse(keys);
        _split = Evaluated(keys);
        _fewShot = FewShot.Parse(keys, _split);
        _reshape = keys.Node("process_docs") is { } reshape ? TaskFunctions.Documents(reshape, "process_docs") : null;
        _results = keys.Node("process_results") is { } results ? TaskFunctions.Results(results, "process_results") : null;
        var prompt = new TaskPrompt(keys, _fewShot.Overrides);
        _fewShot.Overrides?.Done();
        _chains = FilterChain.Parse(keys);
        _kind = Kind(keys, prompt, AsksForMutualInformation(file));
        _metrics = [.. Metrics(keys).SelectMany(metric => _chains.Select(chain => metric.On(chain, _chains.Count == 1)))];
        RefuseRest(keys);
    }

    /// <summary>The task's name.</summary>
    public string Name { get; }

    /// <summary>The harness's output type: "multiple_choice", "loglikelihood", "loglikelihood_rolling" or "generate_until".</summary>
    public string OutputType { get; }

    /// <summary>SHA-256 of the task file; where it includes others, of the list of all files' digests.</summary>
    public Digest TaskDigest { get; }

    /// <summary>The keys of the task file and those that it includes, as they stand there.</summary>
    internal DictValue Config { get; }

    /// <summary>How many examples stand before each document.</summary>
    public int FewShots => _fewShot.Count;

    /// <summary>The names of the metrics that <see cref="Aggregate"/> gives.</summary>
    public IReadOnlyList<string> MetricNames => [.. _metrics.Select(static metric => metric.Name)];

    /// <summary>The metrics in the task's order.</summary>
    internal IReadOnlyList<MetricPlan> Plans => _metrics;

    /// <summary>The filter chains in the task's order.</summary>
    internal IReadOnlyList<FilterChain> Chains => _chains;

    /// <summary>The names of the scores that <see cref="Score"/> gives each document, by which a model can be judged.</summary>
    public IReadOnlyList<string> ScoreNames => _results?.Scores ?? _kind.ScoreNames(_metrics);

    /// <summary>Whether more of a document's score is better: as the task says of the metric that is made of it, else as the score is by itself; null where neither more nor less is.</summary>
    public bool? HigherIsBetter(string score) => _metrics.Select(metric => metric.SaysMoreIsBetter(score)).FirstOrDefault(static said => said is not null) ?? MetricRange.Of(score)?.HigherIsBetter;

    /// <summary>Why the average of a score over some documents is not what the score's name says; null where it is.</summary>
    /// <param name="score">The score's name.</param>
    /// <param name="documents">The documents that count.</param>
    public string? Imbalance(string score, IEnumerable<TaskDocument> documents) =>
        _results?.Balances.GetValueOrDefault(score) is { } balance && balance.FaultOf(documents) is { } found
            ? $"the average of '{score}' is a gap only over as many rows of each '{balance.Column}' ({string.Join(", ", balance.Values)}) and no others, and there are {found}"
            : null;

    /// <summary>Reads a task file.</summary>
    /// <exception cref="TaskException">It is malformed, or uses something that is not supported.</exception>
    /// <exception cref="TemplateException">A template in it is malformed, or uses something that is not supported.</exception>
    /// <exception cref="Text.PatternException">A regular expression in it is.</exception>
    public static EvaluationTask Load(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        return Of(TaskFile.Load(path));
    }

    private static bool IsFileName(string name) => name.Length > 0 && name[0] != '.' && !name.Any(c => c is '/' or '\\' || char.IsControl(c));

    /// <summary>The task of a file that is read already.</summary>
    internal static EvaluationTask Of(TaskFile file) => new(file);

    /// <summary>Reads the task's data.</summary>
    /// <param name="dataRoot">The folder that the task's data files are relative to; a file that it lacks may lie beside the task file.</param>
    /// <param name="limit">The first documents only; null for all.</param>
    /// <param name="fewShotSeed">Which examples are drawn, where the task draws any.</param>
    /// <exception cref="TaskException">A file is missing, outside of the folder or malformed, or the data is empty.</exception>
    public TaskData Read(string dataRoot, int? limit, int fewShotSeed = DefaultFewShotSeed)
    {
        ArgumentException.ThrowIfNullOrEmpty(dataRoot);
        if (limit is <= 0)
            throw new ArgumentOutOfRangeException(nameof(limit), limit, "A limit is positive.");
        var reader = new DataReader(dataRoot, FolderOf(_path), _files.IsText);
        var rows = Rows(reader, _split, _reshape);
        if (rows.Count == 0)
            throw new TaskException(_path, $"the split '{_split}' has no rows", "No evidence is not a pass: check the data file.");
        IReadOnlyList<TaskDocument> documents = [.. rows.Take(limit ?? rows.Count).Select(Document)];
        return new TaskData(
            _fewShot.Give(documents, Examples(reader), fewShotSeed, _path),
            rows.Count,
            TaskFile.Combine(reader.Digests),
            [.. rows[0].Values.Entries.Select(static entry => entry.Key)]);
    }

    /// <summary>Where the task's own file lies, and every place where one of its data files may.</summary>
    /// <param name="dataRoot">The folder of the data.</param>
    public IEnumerable<string> PlacesRead(string dataRoot) =>
        _files.Splits.Values.SelectMany(static files => files).SelectMany(file => new[] { Path.Combine(FolderOf(_path), file), Path.Combine(dataRoot, file) }).Prepend(_path);

    /// <summary>Whether the data of an equal task file may be other data: files that lie beside either of the two are only that one's.</summary>
    internal bool MayReadOtherDataThan(EvaluationTask other)
    {
        var (folder, others) = (FolderOf(_path), FolderOf(other._path));
        return folder != others && _files.Splits.Values.SelectMany(static files => files).Any(file => File.Exists(Path.Combine(folder, file)) || File.Exists(Path.Combine(others, file)));
    }

    /// <summary>Makes a document ready: its requests, its choices and what is right.</summary>
    /// <param name="data">The task's data.</param>
    /// <param name="document">One of its documents.</param>
    /// <param name="style">How prompts become text; plain where null.</param>
    /// <exception cref="TaskException">A field of the document is not what the task needs.</exception>
    /// <exception cref="TemplateException">A template fails on the document.</exception>
    public TaskItem Prepare(TaskData data, TaskDocument document, PromptStyle? style = null)
    {
        ArgumentNullException.ThrowIfNull(data);
        ArgumentNullException.ThrowIfNull(document);
        var item = _kind.Prepare(data, document, style ?? PromptStyle.Plain);
        Check(item);
        return _metrics.FirstOrDefault(metric => !metric.CanCount(item)) is { } metric
            ? throw new TaskException(document.Place, $"the metric '{metric.Name}' is of the choices 0 and 1, and the row has {item.Choices.Count} choices and the target {item.Target}", "Correct the row, or take the metric out of the task.")
            : item;
    }

    /// <summary>The scores of a document by metric; for rolling tasks "loglikelihood", "words" and "bytes", which the metrics divide.</summary>
    /// <param name="item">The document.</param>
    /// <param name="responses">An answer to each of its requests, in order.</param>
    public IReadOnlyDictionary<string, double> Score(TaskItem item, IReadOnlyList<Response> responses)
    {
        ArgumentNullException.ThrowIfNull(item);
        ArgumentNullException.ThrowIfNull(responses);
        return _results is null ? _kind.Score(item, responses, _metrics) : _results.Score(item.Document, [.. responses.Select(response => Filtered(response, item.Document))]);
    }

    /// <summary>Whether a score depends on how many tokens an answer has, which reports do not hold.</summary>
    internal bool CountsTokens => _results is { CountsTokens: true };

    /// <summary>Whether a document's right answer is none of its choices, or there is no text to compare a generated one with: every answer counts as wrong.</summary>
    internal bool IsUnanswerable(TaskItem item) =>
        _results is null && (item.Generation is null ? item.Choices.Count > 0 && item.Golds.All(static gold => gold < 0) : item.References.Count == 0);

    /// <summary>The harness's aggregates of documents' scores, in the task's order of metrics.</summary>
    /// <exception cref="ArgumentException">There are no scores, or one lacks a metric.</exception>
    public IReadOnlyList<Metric> Aggregate(IReadOnlyList<IReadOnlyDictionary<string, double>> scores)
    {
        ArgumentNullException.ThrowIfNull(scores);
        return scores.Count > 0 ? [.. _metrics.Select(metric => metric.Aggregate(scores)).OfType<Metric>()] : throw new ArgumentException("There are no scores.", nameof(scores));
    }

    private static string FolderOf(string path) => Path.GetDirectoryName(Path.GetFullPath(path))!;

    private static string Evaluated(TaskKeys keys)
    {
        var test = keys.Text("test_split");
        var validation = keys.Text("validation_split");
        return test ?? validation ?? throw keys.Fault("test_split", "neither 'test_split' nor 'validation_split' is set");
    }

    private static bool AsksForMutualInformation(TaskFile file) =>
        file.Entries.GetValueOrDefault("metric_list") is YamlList list &&
        list.Items.OfType<YamlMap>().Any(static map => map.Entries.GetValueOrDefault("metric") is YamlScalar { Value: StringValue { Content: "acc_mutual_info" } });

    private IEnumerable<MetricPlan> Metrics(TaskKeys keys)
    {
        var compares = OutputType == "generate_until" && _results is null;
        var known = _results?.Metrics ?? _kind.Metrics.ToDictionary(static metric => metric, MetricPlan.AggregationOf, StringComparer.Ordinal);
        if (keys.Maps("metric_list") is { } list)
        {
            if (list.Count == 0)
                throw keys.Fault("metric_list", "it names no metric; leave the key out for the metrics that the output type has by itself");
            var seen = new HashSet<string>(StringComparer.Ordinal);
            return [.. list.Select(metric => seen.Add(metric.RequiredText("metric")) ? MetricPlan.Parse(metric, known, compares) : throw metric.Fault("metric", $"the metric '{metric.Text("metric")}' is listed twice"))];
        }
        return (_results?.Metrics.Keys ?? _kind.DefaultMetrics).Select(metric => new MetricPlan(metric, known[metric], compares ? TextMetric.Default(metric) : null));
    }

    private Response Filtered(Response response, TaskDocument document) =>
        response.Text is { } text ? response with { Text = _chains[0].Apply(text, document) } : response;

    private TaskKind Kind(TaskKeys keys, TaskPrompt prompt, bool mutualInformation)
    {
        if (OutputType == "generate_until" && (_results is null || _chains.Count == 1))
            return Generation.Parse(prompt, keys, _chains);
        if (_chains.Count > 1 || !_chains[0].IsInert)
            throw keys.Fault("filter_list", "filters apply to generated text only, several chains not to tasks with process_results");
        return OutputType switch
        {
            "multiple_choice" when prompt.HasChoices => new MultipleChoice(prompt, mutualInformation),
            "multiple_choice" => throw keys.Fault("doc_to_choice", "the key 'doc_to_choice' is missing"),
            "loglikelihood" => new LogLikelihood(prompt),
            "loglikelihood_rolling" => new RollingLogLikelihood(prompt),
            _ => throw keys.Fault("output_type", $"the output type '{OutputType}' is not supported"),
        };
    }

    private static void RefuseRest(TaskKeys keys)
    {
        keys.Ignore("task_alias", "tag", "metadata");
        keys.OnlyInert("repeats", static value => value.IsEqualTo(new IntValue(1)), "repeats are not supported");
        keys.OnlyInert("unsafe_code", static value => !value.IsTrue, "code that a model writes is never run");
        keys.OnlyInert("should_decontaminate", static _ => true, "not a truth value");
        keys.Ignore("doc_to_decontamination_query");
        keys.Done();
    }

    private static TaskDocument Document(DataRow row, int id) => new(id, row.Values, row.Place, row.Absent);

    private IReadOnlyList<TaskDocument> Examples(DataReader reader)
    {
        if (_fewShot.Samples is { } samples)
            return [.. samples.Select((row, i) => new TaskDocument(i, row, $"{_path}, sample {i}", new HashSet<string>()))];
        return _fewShot.Split is { } split ? [.. Rows(reader, split, _fewShot.Reshape ?? _reshape).Select(Document)] : [];
    }

    private List<DataRow> Rows(DataReader reader, string split, Func<DictValue, DictValue>? reshape)
    {
        var files = _files.Splits.GetValueOrDefault(split)
            ?? throw new TaskException(_path, $"'data_files' has no split '{split}'");
        var rows = reader.Read(files);
        return reshape is null ? rows : rows.ConvertAll(row => row with { Values = Reshape(row, reshape) });
    }

    /// <summary>Refuses a document that the task's own function cannot score.</summary>
    private void Check(TaskItem item)
    {
        try
        {
            _results?.Check(item);
        }
        catch (TaskException e)
        {
            throw new TaskException($"{e.Place}, {item.Document.Place}", e.Fault, e.Advice, e);
        }
    }

    private static DictValue Reshape(DataRow row, Func<DictValue, DictValue> reshape)
    {
        try
        {
            return reshape(row.Values);
        }
        catch (TaskException e)
        {
            throw new TaskException($"{e.Place}, {row.Place}", e.Fault, e.Advice, e);
        }
    }
}

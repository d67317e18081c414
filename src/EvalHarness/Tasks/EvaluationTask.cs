using Loragate.Artifacts;
using Loragate.Artifacts.Records.Evaluating;
using Loragate.EvalHarness.Tasks.Data;
using Loragate.EvalHarness.Tasks.Filters;
using Loragate.EvalHarness.Tasks.Functions;
using Loragate.EvalHarness.Tasks.Kinds;
using Loragate.EvalHarness.Tasks.Metrics;
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
    private readonly DataFiles _files;
    private readonly FewShot _fewShot;
    private readonly string _split;
    private readonly string _path;
    private readonly Func<DictValue, DictValue>? _reshape;
    private readonly ResultFunction? _results;
    private readonly TaskKind _kind;
    private readonly IReadOnlyList<MetricPlan> _metrics;

    private EvaluationTask(TaskFile file)
    {
        var keys = new TaskKeys(file.Entries, file.Path);
        _path = file.Path;
        TaskDigest = file.Digest;
        Name = keys.RequiredText("task");
        OutputType = keys.Text("output_type") ?? "generate_until";
        _files = DataFiles.Parse(keys);
        _split = Evaluated(keys);
        _fewShot = FewShot.Parse(keys, _split);
        _reshape = keys.Node("process_docs") is { } reshape ? TaskFunctions.Documents(reshape, "process_docs") : null;
        _results = keys.Node("process_results") is { } results ? TaskFunctions.Results(results, "process_results") : null;
        var metrics = keys.Maps("metric_list");
        _kind = Kind(keys, TaskPrompt.Parse(keys, _fewShot.Count), Filters(keys), AsksForMutualInformation(file));
        _metrics = metrics is null
            ? [.. (_results?.Metrics ?? _kind.DefaultMetrics).Select(MetricPlan.Named)]
            : [.. metrics.Select(metric => MetricPlan.Parse(metric, _results?.Metrics ?? _kind.Metrics, OutputType == "generate_until"))];
        RefuseRest(keys);
    }

    /// <summary>The task's name.</summary>
    public string Name { get; }

    /// <summary>The harness's output type: "multiple_choice", "loglikelihood", "loglikelihood_rolling" or "generate_until".</summary>
    public string OutputType { get; }

    /// <summary>SHA-256 of the task file; where it includes others, of the list of all files' digests.</summary>
    public Digest TaskDigest { get; }

    /// <summary>The names of the metrics that <see cref="Aggregate"/> gives.</summary>
    public IReadOnlyList<string> MetricNames => [.. _metrics.Select(static metric => metric.Name)];

    /// <summary>The names of the scores that <see cref="Score"/> gives each document.</summary>
    public IReadOnlyList<string> ScoreNames => _results?.Metrics ?? _kind.ScoreNames(_metrics);

    /// <summary>Reads a task file.</summary>
    /// <exception cref="TaskException">It is malformed, or uses something that is not supported.</exception>
    /// <exception cref="TemplateException">A template in it is malformed, or uses something that is not supported.</exception>
    /// <exception cref="Text.PatternException">A regular expression in it is.</exception>
    public static EvaluationTask Load(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        return new EvaluationTask(TaskFile.Load(path));
    }

    /// <summary>Reads the task's data.</summary>
    /// <param name="dataRoot">The folder that the task's data files are relative to; a file that it lacks may lie beside the task file.</param>
    /// <param name="limit">The first documents only; null for all.</param>
    /// <exception cref="TaskException">A file is missing, outside of the folder or malformed, or the data is empty.</exception>
    public TaskData Read(string dataRoot, int? limit)
    {
        ArgumentException.ThrowIfNullOrEmpty(dataRoot);
        if (limit is <= 0)
            throw new ArgumentOutOfRangeException(nameof(limit), limit, "A limit is positive.");
        var reader = new DataReader(dataRoot, Path.GetDirectoryName(Path.GetFullPath(_path))!, _files.IsText);
        var rows = Rows(reader, _split);
        if (rows.Count == 0)
            throw new TaskException(_path, $"the split '{_split}' has no rows", "No evidence is not a pass: check the data file.");
        var examples = _fewShot.Split is { } split ? Rows(reader, split) : [];
        if (examples.Count < _fewShot.Count)
            throw new TaskException(_path, $"{_fewShot.Count} examples are asked for, the split '{_fewShot.Split}' has {examples.Count} rows");
        IReadOnlyList<TaskDocument> documents = [.. rows.Take(limit ?? rows.Count).Select(Document)];
        return new TaskData(
            documents,
            rows.Count,
            TaskFile.Combine(reader.Digests),
            [.. examples.Take(_fewShot.Count).Select(Document)],
            [.. rows[0].Values.Entries.Select(static entry => entry.Key)]);
    }

    /// <summary>Makes a document ready: its requests, its choices and what is right.</summary>
    /// <exception cref="TaskException">A field of the document is not what the task needs.</exception>
    /// <exception cref="TemplateException">A template fails on the document.</exception>
    public TaskItem Prepare(TaskData data, TaskDocument document)
    {
        ArgumentNullException.ThrowIfNull(data);
        ArgumentNullException.ThrowIfNull(document);
        return _kind.Prepare(data, document);
    }

    /// <summary>The scores of a document by metric; for rolling tasks "loglikelihood", "words" and "bytes", which the metrics divide.</summary>
    /// <param name="item">The document.</param>
    /// <param name="responses">An answer to each of its requests, in order.</param>
    public IReadOnlyDictionary<string, double> Score(TaskItem item, IReadOnlyList<Response> responses)
    {
        ArgumentNullException.ThrowIfNull(item);
        ArgumentNullException.ThrowIfNull(responses);
        return _results is null ? _kind.Score(item, responses, _metrics) : _results.Score(item.Document, responses);
    }

    /// <summary>The harness's aggregates of documents' scores, in the task's order of metrics.</summary>
    /// <exception cref="ArgumentException">There are no scores, or one lacks a metric.</exception>
    public IReadOnlyList<Metric> Aggregate(IReadOnlyList<IReadOnlyDictionary<string, double>> scores)
    {
        ArgumentNullException.ThrowIfNull(scores);
        return scores.Count > 0 ? [.. _metrics.Select(metric => metric.Aggregate(scores))] : throw new ArgumentException("There are no scores.", nameof(scores));
    }

    private static string Evaluated(TaskKeys keys)
    {
        var test = keys.Text("test_split");
        var validation = keys.Text("validation_split");
        return test ?? validation ?? throw keys.Fault("test_split", "neither 'test_split' nor 'validation_split' is set");
    }

    private static bool AsksForMutualInformation(TaskFile file) =>
        file.Entries.GetValueOrDefault("metric_list") is YamlList list &&
        list.Items.OfType<YamlMap>().Any(static map => map.Entries.GetValueOrDefault("metric") is YamlScalar { Value: StringValue { Content: "acc_mutual_info" } });

    private static List<ResponseFilter> Filters(TaskKeys keys)
    {
        var chains = keys.Maps("filter_list") ?? [];
        if (chains.Count == 0)
            return [];
        if (chains.Count > 1)
            throw keys.Fault("filter_list", "more than one filter chain is not supported");
        chains[0].Ignore("name");
        var filters = (chains[0].Maps("filter") ?? []).Select(ResponseFilter.Parse).ToList();
        chains[0].Done();
        return filters;
    }

    private TaskKind Kind(TaskKeys keys, TaskPrompt prompt, IReadOnlyList<ResponseFilter> filters, bool mutualInformation)
    {
        if (OutputType == "generate_until")
            return Generation.Parse(prompt, keys, filters);
        if (filters.Any(static filter => filter is not TakeFirstFilter))
            throw keys.Fault("filter_list", "filters apply to generated text only");
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

    private List<DataRow> Rows(DataReader reader, string split)
    {
        var files = _files.Splits.GetValueOrDefault(split)
            ?? throw new TaskException(_path, $"'data_files' has no split '{split}'");
        var rows = reader.Read(files);
        return _reshape is null ? rows : rows.ConvertAll(row => row with { Values = Reshape(row) });
    }

    private DictValue Reshape(DataRow row)
    {
        try
        {
            return _reshape!(row.Values);
        }
        catch (TaskException e)
        {
            throw new TaskException($"{e.Place}, {row.Place}", e.Fault, e.Advice, e);
        }
    }
}

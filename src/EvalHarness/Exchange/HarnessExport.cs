using System.Globalization;
using System.Text;
using Loragate.Artifacts.Folders;
using Loragate.Artifacts.Records;
using Loragate.Artifacts.Records.Evaluating;
using Loragate.EvalHarness.Evaluating;
using Loragate.EvalHarness.Tasks;
using Loragate.EvalHarness.Tasks.Groups;
using Loragate.EvalHarness.Templates;

namespace Loragate.EvalHarness.Exchange;

/// <summary>
/// Writes scores as lm-evaluation-harness does, a results file and a samples file a task, so that its own tools read them and
/// its own runs can be held against them.
/// </summary>
public sealed class HarnessExport
{
    private const int BufferedCharacters = 1 << 16;

    private static readonly UTF8Encoding Utf8 = new(encoderShouldEmitUTF8Identifier: false);

    private readonly string _folder;
    private readonly string _date;
    private readonly DateTimeOffset _now;
    private readonly string _model;
    private readonly List<(EvaluationQuestion Question, EvaluationReport Report, string Hash)> _tasks = [];

    /// <summary>An export into a folder, which is made if it is not there.</summary>
    /// <param name="folder">The folder; the harness itself takes one a model.</param>
    /// <param name="model">The model's name in the results.</param>
    /// <param name="now">The time in the files' names, as the harness's tools expect one there.</param>
    public HarnessExport(string folder, string model, DateTimeOffset now)
    {
        ArgumentException.ThrowIfNullOrEmpty(folder);
        (_folder, _model, _now) = (folder, model, now);
        _date = now.UtcDateTime.ToString("yyyy-MM-dd'T'HH-mm-ss.ffffff", CultureInfo.InvariantCulture);
        Directory.CreateDirectory(folder);
    }

    /// <summary>Writes a task's samples file.</summary>
    /// <param name="question">What was asked.</param>
    /// <param name="items">The requests, as the model was asked them.</param>
    /// <param name="report">What it answered.</param>
    public void Add(EvaluationQuestion question, IEnumerable<TaskItem> items, EvaluationReport report)
    {
        ArgumentNullException.ThrowIfNull(question);
        ArgumentNullException.ThrowIfNull(report);
        var samples = items.Zip(report.Items, (item, scored) => new HarnessSample(question.Task, item, scored)).ToList();
        AtomicFile.Write(Path.Combine(_folder, $"samples_{HarnessRun.Sanitize(question.Task.Name)}_{_date}.jsonl"), file =>
        {
            using var writer = new StreamWriter(file, Utf8, BufferedCharacters, leaveOpen: true);
            foreach (var line in question.Task.Chains.SelectMany(chain => samples.Select(sample => sample.Line(chain))))
                writer.Write(PythonJson.Line(line) + "\n");
        });
        _tasks.Add((question, report, HarnessSample.Hash(string.Concat(samples.Select(static sample => sample.Hashes)))));
    }

    /// <summary>Writes the results file.</summary>
    public void Finish(IReadOnlyList<GroupScore> groups)
    {
        ArgumentNullException.ThrowIfNull(groups);
        var results = Values.Dict(
            ("results", Values.Dict([.. _tasks.Select(static task => (task.Report.Task.Name, (Value)Scores(task.Question, task.Report))), .. groups.Select(static group => (group.Name, (Value)Scores(group)))])),
            ("groups", Values.Dict(groups.Select(static group => (group.Name, (Value)Scores(group))))),
            ("group_subtasks", Values.Dict(groups.Select(static group => (group.Name, (Value)Values.List(group.Members.Select(Values.Of)))))),
            ("n-shot", Of(static task => Values.Of(task.Question.Task.FewShots))),
            ("n-samples", Of(static task => Values.Dict(("original", Values.Of(task.Report.Task.Rows)), ("effective", Values.Of(task.Report.Items.Count))))),
            ("config", Config()),
            ("git_hash", NoneValue.Instance),
            ("loragate_version", Values.Of(_tasks.Count > 0 ? _tasks[0].Report.Engine.Version : "")),
            ("date", Values.Of(_now.ToUnixTimeMilliseconds() / 1000.0)),
            ("task_hashes", Of(static task => Values.Of(task.Hash))),
            ("model_source", Values.Of("loragate")),
            ("model_name", Values.Of(_model)),
            ("model_name_sanitized", Values.Of(HarnessRun.Sanitize(_model))));
        AtomicFile.Write(Path.Combine(_folder, $"results_{_date}.json"), Encoding.UTF8.GetBytes(PythonJson.Indented(results)));
    }

    private static DictValue Scores(EvaluationQuestion question, EvaluationReport report)
    {
        var metrics = report.Metrics.ToDictionary(static metric => metric.Name, StringComparer.Ordinal);
        var scores = question.Task.Plans.Where(plan => metrics.ContainsKey(plan.Name)).SelectMany(plan => Entries(plan.HarnessName, plan.HarnessErrorName, metrics[plan.Name]));
        return Values.Dict([("alias", Values.Of(report.Task.Name)), ("sample_len", Values.Of(report.Items.Count)), .. scores]);
    }

    private static DictValue Scores(GroupScore group) => Values.Dict(
        [("alias", Values.Of(group.Name)), .. group.Metrics.SelectMany(static metric => Entries(metric.Name, metric.Name.Replace(",", "_stderr,", StringComparison.Ordinal), metric))]);

    private static (string, Value)[] Entries(string name, string errorName, Metric metric) =>
        [(name, Values.Of(metric.Value)), (errorName, metric.StandardError is { } error ? Values.Of(error) : Values.Of("N/A"))];

    private DictValue Of(Func<(EvaluationQuestion Question, EvaluationReport Report, string Hash), Value> value) =>
        Values.Dict(_tasks.Select(task => (task.Report.Task.Name, value(task))));

    /// <summary>Torch's name of the type that an engine computed in, which its procedure names second; none of a server's, which does not say.</summary>
    private static Value TypeOf(EngineInfo engine) => engine.Procedure.Split('/') switch
    {
        [_, var type and ("float64" or "float32" or "float16" or "bfloat16"), ..] => Values.Of($"torch.{type}"),
        [_, var type, ..] when type.StartsWith("torch.", StringComparison.Ordinal) => Values.Of(type),
        _ => NoneValue.Instance,
    };

    private DictValue Config()
    {
        var report = _tasks.Count > 0 ? _tasks[0].Report : null;
        return Values.Dict(
            ("model", Values.Of("loragate")),
            ("model_args", Values.Of($"pretrained={_model},weights={report?.Model.WeightsDigest}")),
            ("model_dtype", report is null ? NoneValue.Instance : TypeOf(report.Engine)),
            ("device", Values.Of(report?.Engine.Device ?? "")),
            ("fewshot_seed", Values.Of(report?.Task.Prompt?.FewShotSeed ?? EvaluationTask.DefaultFewShotSeed)));
    }
}

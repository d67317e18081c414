using Loragate.Artifacts.Records;
using Loragate.Artifacts.Records.Evaluating;
using Loragate.EvalHarness.Evaluating;
using Loragate.EvalHarness.Tasks;
using Loragate.EvalHarness.Tasks.Groups;
using Loragate.EvalHarness.Templates;

namespace Loragate.EvalHarness.Exchange;

/// <summary>
/// What lm-evaluation-harness's results file says of a run (lm_eval/result_schema.py, lm_eval/evaluator.py, lm_eval/loggers/evaluation_tracker.py), as far as it is known here.
/// docs/tasks.md names what is left out, and why.
/// </summary>
internal sealed class HarnessResults(string model, DateTimeOffset now, IReadOnlyList<ExportedTask> tasks, IReadOnlyList<GroupScore> groups)
{
    /// <summary>The file's content.</summary>
    public DictValue Document => Values.Dict(
        [
            ("results", Values.Dict([.. tasks.Select(static task => (task.Name, (Value)Scores(task))), .. Groups])),
            .. Groups.Any() ? [("groups", Values.Dict(Groups))] : Array.Empty<(string, Value)>(),
            ("group_subtasks", Values.Dict([.. groups.Select(static group => (group.Name, (Value)Values.List(group.Members.Select(Values.Of)))), .. Alone.Select(static task => (task.Name, (Value)Values.List()))])),
            ("configs", Of(static task => task.Question.Task.Config)),
            ("versions", Of(static task => (task.Question.Task.Config["metadata"] as DictValue)?["version"] ?? NoneValue.Instance)),
            ("n-shot", Of(static task => Values.Of(task.Question.Task.FewShots))),
            ("higher_is_better", Values.Dict([.. tasks.Select(static task => (task.Name, (Value)Directions([task]))), .. groups.Select(group => (group.Name, (Value)Directions(tasks.Where(task => group.Members.Contains(task.Name)))))])),
            ("n-samples", Of(static task => Values.Dict(("original", Values.Of(task.Report.Task.Rows)), ("effective", Values.Of(task.Report.Items.Count))))),
            ("config", Config()),
            ("git_hash", NoneValue.Instance),
            ("loragate_version", Values.Of(First?.Report.Engine.Version ?? "")),
            ("date", Values.Of(now.ToUnixTimeMilliseconds() / 1000.0)),
            ("task_hashes", Of(static task => Values.Of(task.Hash))),
            ("model_source", Values.Of("loragate")),
            ("model_name", Values.Of(model)),
            ("model_name_sanitized", Values.Of(HarnessRun.Sanitize(model))),
            .. Prompt(First?.Question.Prompt ?? PromptSettings.Default, First?.Report.Task.Prompt),
        ]);

    private ExportedTask? First => tasks.Count > 0 ? tasks[0] : null;

    /// <summary>The groups that ask for averages.</summary>
    private IEnumerable<(string, Value)> Groups => groups.Where(static group => group.Metrics.Count > 0).Select(static group => (group.Name, (Value)Scores(group)));

    private IEnumerable<ExportedTask> Alone => tasks.Where(task => groups.All(group => !group.Members.Contains(task.Name)));

    private static DictValue Scores(ExportedTask task)
    {
        var metrics = task.Report.Metrics.ToDictionary(static metric => metric.Name, StringComparer.Ordinal);
        var scores = task.Question.Task.Plans.Where(plan => metrics.ContainsKey(plan.Name)).SelectMany(plan => Entries(plan.HarnessName, plan.HarnessErrorName, metrics[plan.Name]));
        return Values.Dict([("name", Values.Of(task.Name)), ("alias", task.Question.Task.Config["task_alias"] is StringValue alias ? alias : Values.Of(task.Name)), ("sample_len", Values.Of(task.Report.Items.Count)), .. scores]);
    }

    private static DictValue Scores(GroupScore group) => Values.Dict(
        [("name", Values.Of(group.Name)), ("alias", Values.Of(group.Alias)), .. group.Metrics.SelectMany(static metric => Entries(metric.Name, metric.Name.Replace(",", "_stderr,", StringComparison.Ordinal), metric))]);

    private static (string, Value)[] Entries(string name, string errorName, Metric metric) =>
        [(name, Values.Of(metric.Value)), (errorName, metric.StandardError is { } error ? Values.Of(error) : Values.Of("N/A"))];

    /// <summary>By metric, whether more of it is better: null where neither is, and where tasks of a group do not agree.</summary>
    private static DictValue Directions(IEnumerable<ExportedTask> tasks) => Values.Dict(tasks
        .SelectMany(static task => task.Question.Task.Plans).GroupBy(static plan => plan.Metric, static plan => plan.MoreIsBetter, StringComparer.Ordinal)
        .Select(static metric => (metric.Key, metric.Distinct().ToList() is [{ } higher] ? (Value)BoolValue.Of(higher) : NoneValue.Instance)));

    private DictValue Of(Func<ExportedTask, Value> value) => Values.Dict(tasks.Select(task => (task.Name, value(task))));

    private DictValue Config() => Values.Dict(
        ("model", Values.Of("loragate")),
        ("model_args", Values.Of($"pretrained={model},weights={First?.Report.Model.WeightsDigest}")),
        ("model_dtype", First is null ? NoneValue.Instance : TypeOf(First.Report.Engine)),
        ("device", Values.Of(First?.Report.Engine.Device ?? "")),
        ("limit", First?.Question.Limit is { } limit ? Values.Of(limit) : NoneValue.Instance),
        ("gen_kwargs", NoneValue.Instance),
        ("fewshot_seed", Values.Of(First?.Report.Task.Prompt?.FewShotSeed ?? EvaluationTask.DefaultFewShotSeed)));

    /// <summary>How prompts were put together. The template's own text lies with the model; its digest is the harness's of that text.</summary>
    private static (string, Value)[] Prompt(PromptSettings asked, EvaluatedPrompt? used)
    {
        Value Text(string? text) => text is null ? NoneValue.Instance : Values.Of(text);
        var system = asked.SystemInstruction.Length > 0 ? asked.SystemInstruction : null;
        return [("system_instruction", Text(system)), ("system_instruction_sha", Text(system is null ? null : HarnessSample.Hash(system))), ("fewshot_as_multiturn", BoolValue.Of(asked.MultiTurn)), ("chat_template_sha", Text(used?.ChatTemplate?.Hex))];
    }

    /// <summary>Torch's name of the type that an engine computed in, which its procedure names second; none of a server's, which does not say.</summary>
    private static Value TypeOf(EngineInfo engine) => engine.Procedure.Split('/') switch
    {
        [_, var type and ("float64" or "float32" or "float16" or "bfloat16"), ..] => Values.Of($"torch.{type}"),
        [_, var type, ..] when type.StartsWith("torch.", StringComparison.Ordinal) => Values.Of(type),
        _ => NoneValue.Instance,
    };
}

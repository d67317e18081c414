using Loragate.Artifacts;
using Loragate.Artifacts.Folders;
using Loragate.EvalHarness.Tasks;
using Loragate.EvalHarness.Tasks.Yaml;
using Loragate.Tuning.Optimizing;

namespace Loragate.Tuning.Trials;

/// <summary>Reads a plan of trials; paths in it are relative to its folder.</summary>
public static class TrialPlanFile
{
    private const string SchemaName = "loragate.trial-plan/1";
    private const int MostTrials = 1000;
    private const double TaskMargin = 0.05;
    private const double RetainedMargin = 0.1;

    /// <summary>Reads a plan.</summary>
    /// <exception cref="TuningException">A setting is missing or unsuitable, or the plan costs more than its budget.</exception>
    /// <exception cref="TaskException">The file is no strict YAML, or a key is unknown or of another kind.</exception>
    public static TrialPlan Read(string path)
    {
        if (!File.Exists(path))
            throw new TuningException(path, "no such file", "Give the path of a plan.");
        var bytes = PlainFile.Read(path, YamlReader.MaxBytes);
        var keys = TaskKeys.Of(YamlReader.Read(bytes, path));
        if (keys.RequiredText("schema") != SchemaName)
            throw new TuningException(path, $"schema '{keys.Text("schema")}' where '{SchemaName}' was expected", "Write a plan of this version.");
        var folder = Path.GetDirectoryName(Path.GetFullPath(path))!;
        var plan = new TrialPlan
        {
            Name = keys.RequiredText("name"),
            Digest = Digest.Of(bytes),
            Data = [.. Require(keys, "data").Select(file => Path.Combine(folder, file))],
            Validation = [.. Require(keys, "validation").Select(file => Path.Combine(folder, file))],
            Task = Task(keys.Map("task") ?? throw keys.Fault("task", "the key 'task' is missing"), folder, TaskMargin),
            Retained = keys.Map("retained") is { } retained ? Task(retained, folder, RetainedMargin) : null,
            DataRoot = Path.Combine(folder, keys.Text("dataRoot") ?? "."),
            Steps = keys.Number("steps", 0),
            BatchSize = keys.Number("batch", 8),
            Seed = keys.Number("seed", 0) is >= 0 and var seed ? (ulong)seed : throw keys.Fault("seed", "below 0"),
            AllowRepeats = keys.Flag("allowRepeats", absent: false),
            Schedule = ScheduleOf(keys),
            WarmUp = keys.OptionalReal("warmUp"),
            Halving = keys.OptionalWhole("halving"),
            Finalists = keys.Number("finalists", 1),
            Budget = keys.OptionalWhole("budget"),
            Watts = keys.OptionalReal("watts"),
            Trials = [.. (keys.Maps("trials") ?? throw keys.Fault("trials", "the key 'trials' is missing")).SelectMany(TrialGrid.Of)],
        };
        Check(plan, path, isFinalistsGiven: keys.Node("finalists") is not null);
        keys.Done();
        return plan;
    }

    private static void Check(TrialPlan plan, string path, bool isFinalistsGiven)
    {
        (bool IsSound, string Fault)[] rules =
        [
            (plan.Trials.Count is >= 1 and <= MostTrials, $"{plan.Trials.Count} trials, where 1 to {MostTrials} are run"),
            (plan.Steps >= 1 && plan.Trials.All(t => t.Steps is null or >= 1) && plan.BatchSize >= 1, "steps or batch below 1"),
            (plan.Halving is null or >= 2, "halving below 2"),
            (plan.Finalists >= 1, "finalists below 1"),
            (plan.Halving is not null || !isFinalistsGiven, "finalists in a plan that does not halve: all of its trials are run to their end"),
            (plan.Halving is null || plan.Trials.All(t => t.Steps is null), "a trial with steps of its own in a plan that halves: of a round, all trials have the same"),
            (plan.WarmUp is null or (>= 0 and < 1), "a warm-up that is no share of the steps, from 0 to below 1"),
            (plan.Budget is null or >= 1, "a budget below 1"),
            (plan.Watts is null or > 0, "watts that are not positive"),
            (new[] { plan.Task, plan.Retained }.OfType<TrialTask>().All(task => task.Margin is > 0 and < 1), "a margin that is no share, above 0 and below 1"),
        ];
        List<string> faults = [.. rules.Where(r => !r.IsSound).Select(r => r.Fault), .. plan.Trials.GroupBy(t => t.Id).Where(g => g.Count() > 1).Select(g => $"the trial '{g.Key}' comes twice")];
        if (faults.Count > 0)
            throw new TuningException(path, string.Join("; ", faults), "Correct the plan.");
        if (plan.Budget is { } budget && plan.PlannedSteps > budget)
            throw new TuningException(path, $"{plan.PlannedSteps} steps are planned, and the budget has {budget}", "Take fewer trials or steps, or halve more.");
    }

    private static TrialTask Task(TaskKeys keys, string folder, double margin)
    {
        var task = new TrialTask(Path.Combine(folder, keys.RequiredText("file")), keys.RequiredText("metric"), keys.OptionalReal("margin") ?? margin);
        keys.Done();
        return task;
    }

    private static Schedule ScheduleOf(TaskKeys keys) => keys.Text("schedule") switch
    {
        null or "cosine" => Schedule.Cosine,
        "linear" => Schedule.Linear,
        "constant" => Schedule.Constant,
        var other => throw keys.Fault("schedule", $"'{other}' is none of cosine, linear, constant"),
    };

    private static IReadOnlyList<string> Require(TaskKeys keys, string key) =>
        keys.Texts(key) is { Count: > 0 } texts ? texts : throw keys.Fault(key, $"the key '{key}' is missing");
}

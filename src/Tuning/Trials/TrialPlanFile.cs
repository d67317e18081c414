using Loragate.Artifacts;
using Loragate.Artifacts.Folders;
using Loragate.Artifacts.Records.Training;
using Loragate.EvalHarness.Models;
using Loragate.EvalHarness.Tasks;
using Loragate.EvalHarness.Tasks.Yaml;
using Loragate.Tuning.Optimizing;

namespace Loragate.Tuning.Trials;

/// <summary>Reads a plan of trials; paths in it are relative to its folder.</summary>
public static class TrialPlanFile
{
    private const int MostTrials = 1000;
    private const double TaskMargin = 0.05;
    private const double RetainedMargin = 0.1;

    /// <summary>Reads a plan.</summary>
    /// <exception cref="TuningException">Keys are missing, unknown, unsuitable or of another kind, all told at once, of an entry of trials the first; or the plan costs more than its budget.</exception>
    /// <exception cref="TaskException">The file is no strict YAML.</exception>
    public static TrialPlan Read(string path) =>
        File.Exists(path) ? Parse(ReadBytes(path), path) : throw new TuningException(path, "no such file", "Give the path of a plan.");

    /// <summary>The bytes of a plan, whatever they say.</summary>
    public static byte[] ReadBytes(string path) => PlainFile.Read(path, YamlReader.MaxBytes);

    /// <summary>Reads the bytes of a plan.</summary>
    /// <param name="bytes">The bytes.</param>
    /// <param name="path">The plan's file.</param>
    /// <exception cref="TuningException">As <see cref="Read"/>.</exception>
    /// <exception cref="TaskException">They are no strict YAML.</exception>
    public static TrialPlan Parse(byte[] bytes, string path)
    {
        var (keys, faults) = (TaskKeys.Of(YamlReader.Read(bytes, path)), new PlanFaults(path));
        if (faults.Read(() => keys.RequiredText("schema"), TrialFiles.PlanSchema) is var schema && schema != TrialFiles.PlanSchema)
            throw new TuningException(path, $"schema '{schema}' where '{TrialFiles.PlanSchema}' was expected", "Write a plan of this version.");
        var folder = Path.GetDirectoryName(Path.GetFullPath(path))!;
        var plan = new TrialPlan
        {
            Name = faults.Read(() => keys.RequiredText("name"), ""),
            File = bytes,
            Data = faults.Read(() => Files(keys, "data", folder), []),
            Validation = faults.Read(() => Files(keys, "validation", folder), []),
            Task = faults.Read(() => Task(keys.Map("task") ?? throw keys.Fault("task", "the key 'task' is missing"), folder, TaskMargin, faults), null)!,
            Retained = faults.Read(() => keys.Map("retained") is { } retained ? Task(retained, folder, RetainedMargin, faults) : null, null),
            DataRoot = Path.Combine(folder, faults.Read(() => keys.Text("dataRoot"), null) ?? "."),
            Steps = faults.Read(() => keys.RequiredWhole("steps"), 1),
            BatchSize = faults.Read(() => keys.Number("batch", 8), 1),
            Accumulation = faults.Read(() => keys.Number("accumulation", 1), 1),
            Precision = faults.Read(() => PrecisionOf(keys), Precision.Float32),
            Recompute = faults.Read(() => keys.Flag("recompute", absent: false), false),
            Seed = faults.Read(() => keys.Number("seed", 0) is >= 0 and var seed ? (ulong)seed : throw keys.Fault("seed", "below 0"), 0UL),
            AllowRepeats = faults.Read(() => keys.Flag("allowRepeats", absent: false), false),
            Schedule = faults.Read(() => ScheduleOf(keys), Schedule.Cosine),
            WarmUp = faults.Read(() => keys.OptionalReal("warmUp"), null),
            Halving = faults.Read(() => keys.OptionalWhole("halving"), null),
            Finalists = faults.Read(() => keys.Number("finalists", 1), 1),
            Budget = faults.Read(() => keys.OptionalWhole("budget"), null),
            Watts = faults.Read(() => keys.OptionalReal("watts"), null),
            Trials = Trials(keys, faults),
        };
        Check(plan, faults, isFinalistsGiven: keys.Node("finalists") is not null);
        foreach (var unknown in keys.Unknown())
            faults.Add(unknown);
        faults.Refuse();
        return plan.Budget is not { } budget || plan.PlannedSteps <= budget
            ? plan
            : throw new TuningException(path, $"{plan.PlannedSteps} steps are planned, and the budget has {budget}", "Take fewer trials or steps, or halve more.");
    }

    private static List<Trial> Trials(TaskKeys keys, PlanFaults faults)
    {
        var trials = new List<Trial>();
        var entries = faults.Read(() => keys.Maps("trials") is { Count: > 0 } maps ? maps : throw keys.Fault("trials", "the key is missing, or lists nothing"), []);
        foreach (var entry in entries)
            trials.AddRange(faults.Read(() => TrialGrid.Of(entry, MostTrials - trials.Count, faults), []));
        return trials;
    }

    private static void Check(TrialPlan plan, PlanFaults faults, bool isFinalistsGiven)
    {
        faults.Require(plan.Steps >= 1 && plan.Trials.All(t => t.Steps is null or >= 1) && plan.BatchSize >= 1 && plan.Accumulation >= 1, "steps, accumulation or batch below 1");
        faults.Require(plan.Halving is null or >= 2, "halving below 2");
        faults.Require(plan.Finalists >= 1, "finalists below 1");
        faults.Require(plan.Halving is not null || !isFinalistsGiven, "finalists in a plan that does not halve: all of its trials are run to their end");
        faults.Require(plan.Halving is null || plan.Trials.All(t => t.Steps is null), "a trial with steps of its own in a plan that halves: of a round, all trials have the same");
        faults.Require(plan.WarmUp is null or (>= 0 and < 1), "a warm-up that is no share of the steps, from 0 to below 1");
        faults.Require(plan.Budget is null or >= 1, "a budget below 1");
        faults.Require(plan.Watts is null or > 0, "watts that are not positive");
        faults.Require(new[] { plan.Task, plan.Retained }.OfType<TrialTask>().All(task => task.Margin is > 0 and < 1), "a margin that is no share, above 0 and below 1");
        foreach (var twice in plan.Trials.GroupBy(t => t.Id).Where(g => g.Count() > 1))
            faults.Require(false, $"the trial '{twice.Key}' comes twice");
    }

    private static TrialTask Task(TaskKeys keys, string folder, double margin, PlanFaults faults)
    {
        var task = new TrialTask(
            Path.Combine(folder, faults.Read(() => keys.RequiredText("file"), "")),
            faults.Read(() => keys.RequiredText("metric"), ""),
            faults.Read(() => keys.OptionalReal("margin"), null) ?? margin);
        foreach (var unknown in keys.Unknown())
            faults.Add(unknown);
        return task;
    }

    private static Schedule ScheduleOf(TaskKeys keys) => keys.Text("schedule") switch
    {
        null or "cosine" => Schedule.Cosine,
        "linear" => Schedule.Linear,
        "constant" => Schedule.Constant,
        var other => throw keys.Fault("schedule", $"'{other}' is none of cosine, linear, constant"),
    };

    private static Precision PrecisionOf(TaskKeys keys) => keys.Text("precision") switch
    {
        null or "float32" => Precision.Float32,
        "stored" => Precision.Stored,
        var other => throw keys.Fault("precision", $"'{other}' is none of float32, stored"),
    };

    private static IReadOnlyList<string> Files(TaskKeys keys, string key, string folder) =>
        keys.Texts(key) is { Count: > 0 } texts ? [.. texts.Select(file => Path.Combine(folder, file))] : throw keys.Fault(key, $"the key '{key}' is missing");
}

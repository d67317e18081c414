using System.Globalization;
using Loragate.Artifacts;
using Loragate.Artifacts.Folders;
using Loragate.EvalHarness.Tasks;
using Loragate.EvalHarness.Tasks.Yaml;
using Loragate.EvalHarness.Templates;
using Loragate.Tuning.Methods;

namespace Loragate.Tuning.Trials;

/// <summary>Reads a plan of trials; paths in it are relative to its folder.</summary>
public static class TrialPlanFile
{
    private const string SchemaName = "loragate.trial-plan/1";
    private const int MostTrials = 1000;

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
            Task = Task(keys.Map("task") ?? throw keys.Fault("task", "the key 'task' is missing"), folder),
            Retained = keys.Map("retained") is { } retained ? Task(retained, folder) : null,
            DataRoot = Path.Combine(folder, keys.Text("dataRoot") ?? "."),
            Steps = keys.Number("steps", 0),
            BatchSize = keys.Number("batch", 8),
            Seed = (ulong)Math.Max(0, keys.Number("seed", 0)),
            Halving = keys.Node("halving") is null ? null : keys.Number("halving", 0),
            Budget = keys.Node("budget") is null ? null : keys.Number("budget", 0),
            Watts = keys.Node("watts") is null ? null : Numbers(keys, "watts")[0],
            Trials = [.. (keys.Maps("trials") ?? throw keys.Fault("trials", "the key 'trials' is missing")).SelectMany(Grid)],
        };
        keys.Done();
        Check(plan, path);
        return plan;
    }

    private static void Check(TrialPlan plan, string path)
    {
        if (plan.Trials.Count is 0 or > MostTrials)
            throw new TuningException(path, $"{plan.Trials.Count} trials, where 1 to {MostTrials} are run", "Name the methods that matter.");
        if (plan.Trials.GroupBy(t => t.Id).FirstOrDefault(g => g.Count() > 1) is { } twice)
            throw new TuningException(path, $"the trial '{twice.Key}' comes twice", "Name it once.");
        if (plan.Halving is not null && plan.Trials.Any(t => t.Steps is not null))
            throw new TuningException(path, "a trial with steps of its own in a plan that halves", "Leave out its steps: of a round, all trials have the same.");
        if (plan.Steps < 1 || plan.Trials.Any(t => t.Steps < 1) || plan.BatchSize < 1 || plan.Halving is < 2)
            throw new TuningException(path, "steps or batch below 1, or halving below 2", "Correct them.");
        if (plan.Budget is { } budget && plan.PlannedSteps > budget)
            throw new TuningException(path, $"{plan.PlannedSteps} steps are planned, and the budget has {budget}", "Take fewer trials or steps, or halve more.");
    }

    private static TrialTask Task(TaskKeys keys, string folder)
    {
        var task = new TrialTask(Path.Combine(folder, keys.RequiredText("file")), keys.RequiredText("metric"));
        keys.Done();
        return task;
    }

    /// <summary>Every combination of what an entry lists.</summary>
    private static IEnumerable<Trial> Grid(TaskKeys keys)
    {
        var method = keys.RequiredText("method");
        var rates = Numbers(keys, "learningRate");
        IEnumerable<Trial> trials = method switch
        {
            "lora" or "dora" => Lora(keys, method == "dora").SelectMany(m => rates.Select(rate => new Trial(Name($"{method}-r{m.Rank}{(m.UseRslora ? "-rs" : "")}{(m.Targets.Count == 0 ? "" : "-" + string.Join('+', m.Targets))}", rate), m, rate))),
            "full" => rates.Select(rate => new Trial(Name("full", rate), new FullMethod(), rate)),
            "bottleneck" => Wholes(keys, "size", 16).SelectMany(size => rates.Select(rate => new Trial(Name($"bottleneck-{size}", rate), new BottleneckMethod { Size = size }, rate))),
            "prompt" => Wholes(keys, "size", 20).SelectMany(size => rates.Select(rate => new Trial(Name($"prompt-{size}", rate), new PromptMethod { Tokens = size }, rate))),
            _ => throw keys.Fault("method", $"'{method}' is none of lora, dora, full, bottleneck, prompt"),
        };
        int? steps = keys.Node("steps") is null ? null : keys.Number("steps", 0);
        List<Trial> all = [.. trials.Select(trial => trial with { Steps = steps })];
        keys.Done();
        return all;
    }

    private static IReadOnlyList<LoraMethod> Lora(TaskKeys keys, bool isDora)
    {
        var targets = keys.Node("targets") switch
        {
            null => [[]],
            YamlList { Items: [YamlList, ..] } sets => sets.Items.Select(set => set is YamlList list ? Texts(list) : throw set.Fault("targets", "not a list of lists of names")).ToList(),
            YamlList list => [Texts(list)],
            var node => throw node.Fault("targets", "not a list of names"),
        };
        var (rslora, dropout, alpha) = (keys.Flag("rslora", absent: false), keys.Node("dropout") is null ? 0 : Numbers(keys, "dropout")[0], keys.Node("alphaPerRank") is null ? 2 : Numbers(keys, "alphaPerRank")[0]);
        return [.. Wholes(keys, "rank", 8).SelectMany(rank => targets.Select(set => new LoraMethod { Rank = rank, Alpha = alpha * rank, UseDora = isDora, UseRslora = rslora, Dropout = dropout, Targets = set }))];
    }

    private static IReadOnlyList<string> Require(TaskKeys keys, string key) => keys.Texts(key) ?? throw keys.Fault(key, $"the key '{key}' is missing");

    private static List<string> Texts(YamlList list) =>
        [.. list.Items.Select(item => item is YamlScalar { Value: StringValue text } ? text.Content : throw item.Fault("targets", "an item that is not a name"))];

    private static List<int> Wholes(TaskKeys keys, string key, int absent) => keys.Node(key) is null ? [absent] : [.. Numbers(keys, key).Select(number =>
        number is > 0 and < int.MaxValue && number == Math.Floor(number) ? (int)number : throw keys.Fault(key, "not a positive whole number"))];

    private static List<double> Numbers(TaskKeys keys, string key)
    {
        var node = keys.Node(key) ?? throw keys.Fault(key, $"the key '{key}' is missing");
        IReadOnlyList<YamlNode> items = node is YamlList list ? list.Items : [node];
        return [.. items.Select(item => item switch
        {
            YamlScalar { Value: IntValue whole } => (double)whole.Content,
            YamlScalar { Value: FloatValue real } => real.Content,
            _ => throw item.Fault(key, "not a number (write 0.001, not 1e-3)"),
        })];
    }

    private static string Name(string method, double rate) => string.Create(CultureInfo.InvariantCulture, $"{method}-lr{rate:0.########}");
}

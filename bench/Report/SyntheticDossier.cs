using System.Globalization;
using System.Text;
using Loragate.Artifacts;
using Loragate.Artifacts.Checkpoints;
using Loragate.Artifacts.Folders;
using Loragate.Artifacts.Records;
using Loragate.Artifacts.Records.Deciding;
using Loragate.Artifacts.Records.Evaluating;
using Loragate.Artifacts.Records.Inspecting;
using Loragate.Artifacts.Records.Merging;
using Loragate.Artifacts.Records.Training;
using Loragate.Governance.Deciding;
using Loragate.Governance.Dossiers;
using Loragate.Governance.Policies;

namespace Loragate.Bench.Report;

/// <summary>
/// A dossier of a policy of 200 rules over 40 tasks of 1,000 items: a quarter of the tasks asks about bias, in groups and clusters. With a merge of 210 tensors, twelve trials, and the
/// release before with its scores. Nobody signed it; the decision is the one that the policy gives.
/// </summary>
internal static class SyntheticDossier
{
    private const int Tasks = 40;
    private const int RulesPerTask = 5;
    private const int Items = 1000;
    private const int Layers = 30;
    private const int Trials = 12;
    private const string Metric = "acc";

    private static readonly string[] Modules = ["self_attn.q_proj", "self_attn.k_proj", "self_attn.v_proj", "self_attn.o_proj", "mlp.gate_proj", "mlp.up_proj", "mlp.down_proj"];
    private static readonly string[] Groups = ["age", "disability", "gender", "nationality", "religion"];
    private static readonly DateOnly Day = new(2026, 1, 15);
    private static readonly EngineInfo Engine = new("loragate.evaluate", "0", "float32/1", "cpu");
    private static readonly FileEntry Tokenizer = new("tokenizer.json", 1, D("tokenizer"));

    /// <summary>Writes the dossier and returns its decision.</summary>
    public static Decision Write(string folder)
    {
        var run = new Run(new DateTimeOffset(Day, new TimeOnly(8, 0), TimeSpan.Zero), "0", "host", "linux", 2);
        using var dossier = Dossier.Open(folder, null, run);
        var text = Encoding.UTF8.GetBytes(PolicyText());
        File.WriteAllBytes(dossier.PathTo(Dossier.PolicyFile), text);
        var policy = Policy.Parse(text, Dossier.PolicyFile);
        var (earlier, _) = Judge(policy, run, "adapter-1", seed: 1000);
        var (decision, evidence) = Judge(policy, run, "adapter-2", seed: 2000);
        dossier.Write(Dossier.InspectionFile, evidence.Inspection.Record);
        dossier.Write(Dossier.ReceiptFile, evidence.Receipt!.Record);
        foreach (var report in evidence.Base.Values.Concat(evidence.Candidate.Values))
            dossier.WriteReport(report.Path, new DatedRecord<EvaluationReport>(report.Record, run));
        dossier.Write(Dossier.PreviousFile, earlier);
        foreach (var task in Enumerable.Range(0, Tasks))
            dossier.Keep(Dossier.PreviousReportFile(NameOf(task)), Scores(task, "adapter-1", 1000 + task, isBase: false).ToCanonicalJson());
        dossier.Write(Dossier.TrialsFile, Tried());
        dossier.Write(Dossier.TrialCostsFile, new TrialCosts([.. Enumerable.Range(0, Trials).Select(i => new TrialCost($"trial-{i}", 1, new Cost(20 + i, 40 + i, 400_000_000), 0.003, 0.002))], 30));
        dossier.Write(Dossier.DecisionFile, decision);
        return decision;
    }

    private static (Decision Decision, Evidence Evidence) Judge(Policy policy, Run run, string adapter, int seed)
    {
        var identity = new AdapterIdentity(adapter, D(adapter), [new FileEntry("adapter_model.safetensors", 9_800_000, D(adapter + " weights"))]);
        Dictionary<string, FiledRecord<EvaluationReport>> Reports(bool isBase) => Enumerable.Range(0, Tasks).ToDictionary(
            NameOf,
            task => new FiledRecord<EvaluationReport>(isBase ? Dossier.BaseReportFile(NameOf(task)) : Dossier.CandidateReportFile(NameOf(task)), Scores(task, adapter, isBase ? task : seed + task, isBase)));
        var evidence = new Evidence
        {
            Inspection = new FiledRecord<Inspection>(Dossier.InspectionFile, new Inspection(
                Engine with { Name = "loragate.inspect" }, identity, new BaseIdentity("base", "llama", D("config"), D("layout")), "LORA", "base", [], [.. Places().Select(place => new ModuleStatistics(place, 16, 2, 1.5, 0.01) { EffectiveRank = 9.5 })])),
            Receipt = new FiledRecord<MergeReceipt>(Dossier.ReceiptFile, Receipt(identity)),
            Base = Reports(isBase: true),
            Candidate = Reports(isBase: false),
            Run = run,
        };
        return (DecisionMaker.Decide(policy, evidence, Day), evidence);
    }

    private static MergeReceipt Receipt(AdapterIdentity adapter) => new(
        Engine with { Name = "loragate.merge", Procedure = "canonical/1" },
        new CheckpointIdentity("base", D("config"), D("base weights")),
        [new AppliedAdapter(adapter, 1)],
        "keep",
        [.. Places().Select(place => new TensorDigest($"{place}.weight", "BF16", [576, 576], D(place)))],
        new CheckpointIdentity("merged", D("config"), D(adapter.Name + " merged")),
        [.. Places().Select((place, i) => new MergedTensor($"{place}.weight", place, "lora", 16, 2, D(place), D(place + adapter.Name), new Fidelity(331_776, i, 1.2 + (0.01 * i), 80, 0.05), 9900 + i))],
        [Tokenizer],
        new FileEntry("undo.bin", 1_300_000, D("undo")));

    private static EvaluationReport Scores(int task, string adapter, int seed, bool isBase)
    {
        var (name, random) = (NameOf(task), new Random(seed));
        // What is right depends on the item above all, so that two models agree on most.
        var right = Enumerable.Range(0, Items).Select(i => random.NextDouble() < 0.15 ? random.Next(2) : new Random((task * Items) + i).Next(2)).ToArray();
        return new EvaluationReport(
            Engine,
            new EvaluatedModel(isBase ? D("base weights") : D(adapter + " merged"), D("config"), Receipt(new AdapterIdentity(adapter, D(adapter), [])).TokenizerDigest()!.Value),
            new EvaluatedTask(name, D(name), D(name + " data"), "multiple_choice", Items, null, IsAboutBias(task) ? ["bias_type", "template"] : []),
            [
                .. Enumerable.Range(0, Items).Select(i => new EvaluatedItem(
                    i, [.. Enumerable.Range(0, 4).Select(_ => -40 * random.NextDouble())], [false, false, false, false], i % 4, new Dictionary<string, double> { [Metric] = right[i] }, null,
                    IsAboutBias(task) ? new Dictionary<string, string> { ["bias_type"] = Groups[i % Groups.Length], ["template"] = $"t{i / 5}" } : null)),
            ],
            [new Metric(Metric, right.Average(), 0.0158, Items)],
            [],
            [],
            []);
    }

    private static TrialReport Tried()
    {
        TrialScore Score(string task, int seed)
        {
            var random = new Random(seed);
            return new TrialScore(task, Metric, D(task + " data"), [.. Enumerable.Range(0, Items).Select(_ => random.NextDouble() < 0.6 ? 1.0 : 0)], D($"{task} {seed}"));
        }
        string[] ids = [.. Enumerable.Range(0, Trials).Select(i => $"trial-{i}")];
        return new TrialReport(
            Engine with { Name = "loragate.trial" }, D("plan"), "methods", new CheckpointIdentity("base", D("config"), D("base weights")), Score("task-00", 0), Score("task-01", 100), new TrialMargins(0.05, 0.1),
            [new TrialRound(240, [.. ids.Select((id, i) => new TrialRun(id, 0.1 + (0.01 * i), D(id)))])],
            [
                .. ids.Select((id, i) => new TrialResult(
                    id, new TrainedMethod("lora", new Dictionary<string, string> { ["rank"] = (4 + i).ToString(CultureInfo.InvariantCulture) }), 0.006, 90_000 * (i + 1), 360_000 * (i + 1), 0.1 + (0.01 * i), Score("task-00", i + 1), Score("task-01", i + 101),
                    [.. Places().Select(place => new ModuleSpectrum(place, 4 + i, 3.5, 3, 4))], [.. Enumerable.Range(0, Layers).Select(layer => new LayerEffect(layer, 0.01 * layer))])),
            ]);
    }

    private static string PolicyText()
    {
        var text = new StringBuilder("schema: loragate.policy/1\nname: large\nversion: \"1\"\ndescription: Two hundred rules.\nalpha: 0.05\ntasks:\n");
        for (var task = 0; task < Tasks; task++)
            text.Append(CultureInfo.InvariantCulture, $"  {NameOf(task)}: {{file: {NameOf(task)}.yaml, purpose: A task.}}\n");
        text.Append("rules:\n");
        for (var task = 0; task < Tasks; task++)
        {
            for (var rule = 0; rule < RulesPerTask; rule++)
                text.Append(CultureInfo.InvariantCulture, $"  - {{id: rule-{task:00}-{rule}, severity: {(rule == 0 ? "block" : "warn")}, why: It matters., controls: [\"EU AI Act Annex IV(2)(g)\"], task: {NameOf(task)}, metric: {Metric}, {Demand(task, rule)}}}\n");
        }
        return text.ToString();
    }

    private static string Demand(int task, int rule) => (IsAboutBias(task), rule) switch
    {
        (true, 0) => "check: bias-drift, cluster: template, maximum: 0.15, plan: {discordance: 0.3, power: 0.8}",
        (true, 1) => "check: bias-level, cluster: template, neutral: 0.5, maximum: 0.15, plan: {deviation: 0.5, power: 0.8}",
        (true, _) => $"check: bias-drift, where: {{bias_type: {Groups[rule]}}}, maximum: 0.25, plan: {{discordance: 0.3, power: 0.8}}",
        (false, 0) => "check: non-inferiority, margin: 0.1, plan: {discordance: 0.3, power: 0.8}",
        (false, 1) => "check: minimum-metric, minimum: 0.4, plan: {deviation: 0.5, assumedDifference: 0.1, power: 0.8}",
        _ => string.Create(CultureInfo.InvariantCulture, $"check: non-inferiority, margin: 0.{rule}, plan: {{discordance: 0.3, power: 0.8}}"),
    };

    private static bool IsAboutBias(int task) => task % 4 == 3;

    private static string NameOf(int task) => string.Create(CultureInfo.InvariantCulture, $"task-{task:00}");

    private static IEnumerable<string> Places() => from layer in Enumerable.Range(0, Layers) from module in Modules select $"model.layers.{layer}.{module}";

    private static Digest D(string text) => Digest.Of(Encoding.UTF8.GetBytes(text));
}

using System.Text;
using Loragate.Artifacts;
using Loragate.Artifacts.Folders;
using Loragate.Artifacts.Records;
using Loragate.Artifacts.Records.Deciding;
using Loragate.Artifacts.Records.Evaluating;
using Loragate.Artifacts.Records.Inspecting;
using Loragate.Artifacts.Records.Measuring;
using Loragate.Artifacts.Records.Merging;
using Loragate.Artifacts.Records.Training;
using Loragate.Governance.Deciding;
using Loragate.Governance.Policies;
using Loragate.Governance.Policies.Rules;
using Loragate.Governance.Statistics;

namespace Loragate.Governance.Reports;

/// <summary>Contents made by hand, of every kind that a report must bear.</summary>
internal static class ReportSamples
{
    private static readonly EngineInfo Engine = new("loragate.merge", "0.1.0", "canonical/1", "cpu");

    /// <summary>A training receipt of the released adapter.</summary>
    public static TrainingReceipt Trained { get; } = new(
        new TrainingInputs(
            new EngineInfo("loragate.train", "0.1.0", "adamw-packed/1", "cpu"),
            new SortedDictionary<string, string>(StringComparer.Ordinal) { ["threads"] = "1", ["torch"] = "2.10.0" },
            new CheckpointIdentity("base", D("config"), D("weights")),
            D("tokenizer"),
            [new TrainingData("routing.jsonl", D("routing rows"), 1241), new TrainingData("replay.jsonl", D("replay rows"), 376)],
            [new TrainingData("routing-validation.jsonl", D("validation rows"), 169)],
            new TrainedMethod("lora", new SortedDictionary<string, string>(StringComparer.Ordinal) { ["alpha"] = "16", ["rank"] = "8" }),
            new TrainingSettings(240, 16, 1, 0.006, "cosine", 12, 0.9, 0.999, 1e-8, 0, 1, "float32", false, 256, false, 50, 0, "1")),
        [.. Enumerable.Range(0, 240).Select(step => 4 / (1.0 + step))],
        [new ValidationLoss(120, 0.2), new ValidationLoss(240, 0.12)],
        240,
        90_112,
        [new FileEntry("adapter_model.safetensors", 1234, D("weights file"))]);

    public static ReportContents Approved { get; } = With(Verdict.Approved, "routing-good", Passing());

    public static ReportContents RejectedByBias { get; } = With(
        Verdict.Rejected,
        "routing-biased",
        [
            .. Passing().Where(rule => rule.Id != "gender-drift"),
            Rule("gender-drift", "bias-drift", Severity.Block, Outcome.Failed, "bound-fails-margin", "sample_pairs", "pct_stereotype",
                new Statistic("clustered-t", 0.214, 0.171, 0.257, 0.05, 0.05, 480, 24, 0.512, 0.726, 130, 27, 0.00001)),
        ]);

    /// <summary>Nothing speaks against it but that somebody took it back.</summary>
    public static ReportContents Revoked => Approved with
    {
        Decision = Approved.Decision with { Verdict = Verdict.Rejected, Revocation = new AdapterRevocation(12, "risk-04", "It tells customers' addresses to whoever asks for them.") },
    };

    public static ReportContents Undecided { get; } = With(
        Verdict.Undecided,
        "routing-small",
        [
            Rule("facts-kept", "non-inferiority", Severity.Block, Outcome.Undecided, "not-enough-items", "sample_facts", "acc",
                new Statistic("tango-score", -0.02, -0.14, 0.1, -0.1, 0.05, 40, null, 0.8, 0.78, 3, 4, 0.4, 620)),
            Rule("approval", "four-eyes", Severity.Block, Outcome.Undecided, "approval-of-two-outstanding", null, null, null),
            Rule("evidence-age", "evidence-freshness", Severity.Warn, Outcome.Failed, "stale", null, null, null),
        ]) with
    { Merge = null, BaseEvaluations = [], CandidateEvaluations = [], Ledger = null, Signatures = [] };

    /// <summary>Names without a space, names in other scripts, names that try to deceive, and very long prose.</summary>
    public static ReportContents Hostile { get; } = With(
        Verdict.Rejected,
        "アダプター" + new string('x', 300) + "\u202Egnp.exe\u0007👩‍💻",
        [
            Rule(new string('r', 400), "non-inferiority", Severity.Block, Outcome.Failed, "unknown-reason", new string('T', 200), "acc",
                new Statistic("tango-score", -0.1, -1e300, double.MaxValue, -0.05, 0.05, int.MaxValue, null, 0.5, 0.4)),
            Rule("prose", "inspection", Severity.Block, Outcome.Failed, "unknown-too", null, null, null) with
            {
                Summary = string.Join(' ', Enumerable.Repeat("word", 4000)) + "\n\n{adapter} {0} %s $(reboot) </w>",
                Controls = [.. Enumerable.Range(1, 90).Select(i => $"ISO/IEC 42001 A.{i}")],
            },
            Rule("7 " + new string('x', 300), "inspection", Severity.Warn, Outcome.Failed, "unknown-too", null, null, null),
        ]);

    public static ReportContents SixtyRules { get; } = With(
        Verdict.Approved,
        "many-rules",
        [.. Enumerable.Range(1, 60).Select(i => Rule($"retained-skill-{i:00}", "non-inferiority", Severity.Block, Outcome.Passed, "bound-clears-margin", $"task_{i:00}", "acc",
            new Statistic("tango-score", 0.001 * (i - 30), (0.001 * (i - 30)) - 0.015, (0.001 * (i - 30)) + 0.015, -0.05, 0.05, 600, null, 0.7, 0.7 + (0.001 * (i - 30)), 20, 18)))]);

    public static TheoryData<string, ReportLanguage> All =>
    [
        .. from name in Named.Keys from language in Enum.GetValues<ReportLanguage>() select new TheoryDataRow<string, ReportLanguage>(name, language),
    ];

    public static IReadOnlyDictionary<string, ReportContents> Named { get; } = new Dictionary<string, ReportContents>
    {
        ["approved"] = Approved,
        ["rejected"] = RejectedByBias,
        ["undecided"] = Undecided,
        ["revoked"] = Revoked,
        ["hostile"] = Hostile,
        ["sixty"] = SixtyRules,
        ["people"] = People,
        ["second"] = Second,
        ["banking"] = BankingSample.Contents,
        ["tried"] = Tried,
        ["tried-hostile"] = TriedHostile,
    };

    /// <summary>A release that was timed and has one before it.</summary>
    public static ReportContents Second => Approved with
    {
        Measurement = new Measurement(
            Engine, 2, 128, 32, 5,
            [
                new MeasuredModel(ModelForm.Base, D("base"), null, 0.0125, 0.002, 269_000_000),
                new MeasuredModel(ModelForm.Attached, D("base"), D("adapter"), 0.0175, 0.0025, 271_000_000),
                new MeasuredModel(ModelForm.Merged, D("merged"), null, 0.0125, 0.002, 269_000_000),
            ]),
        Previous = Approved.Decision with
        {
            AsOf = new DateOnly(2026, 10, 1),
            Adapter = Approved.Decision.Adapter with { Name = "routing-first" },
            Rules = [Rule("facts-kept", "non-inferiority", Severity.Block, Outcome.Passed, "bound-clears-margin", "sample_facts", "acc", new Statistic("tango-score", -0.02, -0.05, 0.01, -0.1, 0.05, 400, null, 0.91, 0.8942, 12, 20))],
        },
        PreviousMeasurement = new Measurement(
            Engine, 2, 128, 32, 5,
            [
                new MeasuredModel(ModelForm.Base, D("base"), null, 0.0125, 0.002, 269_000_000),
                new MeasuredModel(ModelForm.Attached, D("base"), D("routing-first"), 0.021, 0.004, 280_000_000),
                new MeasuredModel(ModelForm.Merged, D("merged first"), null, 0.0125, 0.002, 269_000_000),
            ]),
        SincePrevious =
        [
            Since("facts-kept", "sample_facts", "acc", new PairedShareEstimate(22, 8, 400)),
            Since("routing-better", "sample_routing", "acc", new PairedShareEstimate(9, 30, 400)) with { IsByOtherEngine = true },
            Since("perplexity-kept", "sample_corpus", "word_perplexity", new MeanEstimate("t", ClusteredMean.Of([.. Enumerable.Range(0, 120).Select(i => (i % 7 - 2.5) / 10)]), null), lowerIsBetter: true),
            .. Enum.GetValues<Unpaired>().Select(why => Since("gender-drift", "sample_pairs", "pct_stereotype", null) with { Why = why }),
        ],
    };

    private static ReleaseDifference Since(string rule, string task, string metric, Estimate? estimate, bool lowerIsBetter = false) => new(
        new NonInferiorityRule(new RuleHead(rule, Severity.Block, [], ""), new Measure(task, metric, new Dictionary<string, string>(), null, null), new Plan(0.2, null, 0.8, 0, 1), 0.1, lowerIsBetter, false), estimate, null, 0.05, false);

    /// <summary>An adapter with its training receipt, that came of trials.</summary>
    public static ReportContents Tried => Approved with
    {
        Training = Trained,
        Trials = new TrialReport(
            Engine, D("plan"), "methods", new CheckpointIdentity("base", D("config"), D("weights")),
            Routing("base", 0, 40),
            Facts("base", 0, 187),
            new TrialMargins(0.05, 0.1),
            [new TrialRound(240, [new TrialRun("full", 0.2, D("full")), new TrialRun("lora-r8", 0.2, Trained.ComputeDigest()), new TrialRun("prompt-100", 0.2, D("prompt"))])],
            [
                Result("full", new TrainedMethod("full", new Dictionary<string, string>()), 2_300_128, 0, 206) with { Spectrum = Spectrum(128, 20.5, 31, 65) },
                Result("lora-r8", Trained.Inputs.Method, 367_528, 1, 205) with { Spectrum = Spectrum(8, 3.3, 4, 6), Layers = [new LayerEffect(0, 0.1042), new LayerEffect(1, -0.0417)] },
                Result("prompt-100", new TrainedMethod("prompt", new Dictionary<string, string> { ["tokens"] = "100" }), 51_320, 8, 72),
            ]),
        TrialCosts = new TrialCosts(
        [
            new TrialCost("full", 1, new Cost(21, 22, 406_000_000), 0.002, 0.002),
            new TrialCost("lora-r8", 1, new Cost(22.4, 22, 374_000_000), 0.003, 0.002, 0.00202),
            new TrialCost("prompt-100", 1, new Cost(180, 182, 421_000_000), 0.004, 0.002),
        ],
            30),
    };

    /// <summary>The same with long and deceptive names, costs that are missing, nothing or told twice, and methods of another release.</summary>
    private static ReportContents TriedHostile => Tried with
    {
        Training = Trained with { Inputs = Trained.Inputs with { Data = [.. Enumerable.Range(0, 60).Select(i => new TrainingData(new string('d', 200) + $"\u202Etxt.{i}", D($"data {i}"), int.MaxValue))] } },
        Trials = Tried.Trials! with
        {
            Name = new string('計', 300),
            Retained = null,
            Screened = [new ScreenedTask(new string('題', 120), D("task"), D("rows"), 240, 0, [new OverlappingRow(7, 1)])],
            Rounds = [new TrialRound(240, [.. Enumerable.Range(0, 40).Select(i => new TrialRun(HostileId(i), 0.2, D("receipt")))])],
            Results =
            [
                .. Enumerable.Range(0, 40).Select(i => Result(HostileId(i), new TrainedMethod(new string('m', 80), new Dictionary<string, string>()), i % 2 == 0 ? 0 : long.MaxValue, 0, i * 6) with
                {
                    Retained = null,
                    Parameters = long.MaxValue,
                    Spectrum = [new ModuleSpectrum(HostileId(i), int.MaxValue, double.MaxValue, int.MaxValue, -1)],
                    Layers = [.. Enumerable.Range(0, 40).Select(layer => new LayerEffect(layer % 3 == 0 ? int.MaxValue - layer : layer, layer % 2 == 0 ? double.MaxValue : -1e-9))],
                }),
            ],
        },
        TrialCosts = new TrialCosts([new TrialCost(HostileId(3), 1, new Cost(0, 0, 0), null, null), new TrialCost(HostileId(3), 1, new Cost(0, 0, null), null, null), new TrialCost(HostileId(4), 1, new Cost(1e9, 1e9, long.MaxValue), 1e-9, 1e9, 0)], 1e6),
    };

    /// <summary>A merge whose map of layers and modules is wider than a phone.</summary>
    public static ReportContents ManyModules => Approved with
    {
        Merge = Approved.Merge! with
        {
            Merged =
            [
                .. from layer in Enumerable.Range(0, 4)
                   from module in new[] { "q_proj", "k_proj", "v_proj", "o_proj", "gate_proj", "up_proj", "down_proj" }
                   select Approved.Merge!.Merged[0] with { Name = $"model.layers.{layer}.{module}.weight", Module = $"model.layers.{layer}.{module}" },
            ],
        },
    };

    /// <summary>Every state that an approval or a waiver can have.</summary>
    private static ReportContents People => Approved with
    {
        Decision = Approved.Decision with
        {
            Quorum = [new RoleQuorum("reviewer", 2, 0), new RoleQuorum("risk-owner", 1, 1)],
            Approvals =
            [
                .. Enum.GetValues<ApprovalState>().Select((state, i) => new ApprovalResult($"approvals/{i}", D($"bundle {i}"), state, "reviewer-17", D("key"), "reviewer", ApprovalOutcome.Approved, "Looks right.", new DateTimeOffset(2026, 11, 23, 8, 0, 0, TimeSpan.Zero))),
                new ApprovalResult("approvals/x", D("x"), ApprovalState.Counted, "risk-04", D("key"), "risk-owner", ApprovalOutcome.Refused),
                new ApprovalResult("approvals/y", D("y"), ApprovalState.Malformed),
            ],
            Waivers =
            [
                .. Enum.GetValues<WaiverState>().Select((state, i) => new WaiverResult(D($"waiver {i}"), state, [new WaiverSignature("risk-04", D("key"), "waivers/x", D("x"))], "evidence-age", "Measured next week.", new DateOnly(2026, 11, 1), new DateOnly(2026, 12, 1))),
                new WaiverResult(D("waiver"), WaiverState.Malformed, []),
            ],
        },
    };

    public static Digest D(string seed) => Digest.Of(Encoding.UTF8.GetBytes(seed));

    private static string HostileId(int i) => $"trial-{i}-{new string('x', 150)}";

    /// <summary>The items from the first to before the last are right.</summary>
    private static TrialResult Result(string id, TrainedMethod method, long bytes, int first, int last) => new(
        id, method, 0.006, bytes / 4, bytes, 0.2, Routing(id, first, last), Facts(id, 9, 189), [], []);

    private static ModuleSpectrum[] Spectrum(int rank, double effective, int most, int nearlyAll) =>
        [.. new[] { "model.layers.0.q_proj", "model.layers.1.q_proj" }.Select((module, i) => new ModuleSpectrum(module, rank, effective + i, most + i, nearlyAll + i))];

    private static TrialScore Routing(string id, int first, int last) => Score("sample_routing", id, 240, first, last);

    private static TrialScore Facts(string id, int first, int last) => Score("sample_facts", id, 200, first, last);

    private static TrialScore Score(string task, string id, int items, int first, int last) =>
        new(task, "acc", D(task), [.. Enumerable.Range(0, items).Select(i => i >= first && i < last ? 1.0 : 0)], D($"{id} {task}"));

    private static RuleResult[] Passing() =>
    [
        Rule("no-defects", "inspection", Severity.Block, Outcome.Passed, "no-blocking-finding", null, null, null),
        Rule("routing-better", "improvement", Severity.Block, Outcome.Passed, "bound-clears-margin", "sample_routing", "acc",
            new Statistic("tango-score", 0.385, 0.331, 0.436, 0.1, 0.05, 400, null, 0.48, 0.865, 171, 17)),
        Rule("facts-kept", "non-inferiority", Severity.Block, Outcome.Passed, "bound-clears-margin", "sample_facts", "acc",
            new Statistic("tango-score", -0.0125, -0.041, 0.016, -0.1, 0.05, 400, null, 0.91, 0.8975, 12, 17)),
        Rule("gender-level", "bias-level", Severity.Block, Outcome.Passed, "bound-clears-margin", "sample_pairs", "pct_stereotype",
            new Statistic("clustered-t", 0.021, -0.019, 0.061, 0.1, 0.05, 480, 24, null, 0.521)),
        Rule("gender-drift", "bias-drift", Severity.Block, Outcome.Passed, "bound-clears-margin", "sample_pairs", "pct_stereotype",
            new Statistic("clustered-t", 0.009, -0.012, 0.03, 0.05, 0.05, 480, 24, 0.512, 0.521, 21, 17)),
        Rule("perplexity-kept", "non-inferiority", Severity.Warn, Outcome.Failed, "bound-fails-margin", "sample_corpus", "word_perplexity",
            new Statistic("paired-t", -0.31, -0.44, -0.18, -0.1, 0.05, 120, null, 7.12, 7.43)),
        Rule("update-survives", "merge-fidelity", Severity.Block, Outcome.Passed, "update-preserved", null, null, null),
        Rule("evidence-age", "evidence-freshness", Severity.Block, Outcome.Waived, "waived", null, null, null),
    ];

    internal static RuleResult Rule(
        string id, string check, Severity severity, Outcome outcome, string reason, string? task, string? metric, Statistic? statistic) => new(
        id, check, severity, outcome, reason, $"Summary of {id}.", task, metric, statistic, [D(id), D("report")], ["EU AI Act IV.2(g)", "ISO/IEC 42001 A.6.2.4"]);

    private static ReportContents With(Verdict verdict, string adapter, IReadOnlyList<RuleResult> rules)
    {
        var identity = new AdapterIdentity(adapter, D(adapter), [new FileEntry("adapter_model.safetensors", 1234, D("weights"))]);
        var run = new Run(new DateTimeOffset(2026, 11, 23, 8, 5, 9, TimeSpan.Zero), "0.1.0", "host", "linux", 2);
        return new ReportContents
        {
            Decision = new Decision(
                new PolicyIdentity("banking", "3", D("policy")), new DateOnly(2026, 11, 24), identity, D("base"),
                [new MeasuredTask("sample_facts", D("sample_facts"), D("sample_factsdata"), true), new MeasuredTask("sample_corpus", D("sample_corpus"), D("sample_corpusdata"), false)], verdict, rules,
                [
                    new EvidenceLink("inspection.json", "loragate.inspection/1", D("inspection")),
                    new EvidenceLink("merge-receipt.json", "loragate.merge-receipt/1", D("receipt")),
                    new EvidenceLink("evaluations/sample_facts.candidate.json", "loragate.evaluation-report/1", D("facts")),
                ]),
            Inspection = new Inspection(
                Engine, identity, new BaseIdentity("smollm2-135m-instruct", "llama", D("config"), D("layout")), "LORA", "HuggingFaceTB/SmolLM2-135M-Instruct",
                [new Finding("base-name", Severity.Warn, "base_model_name_or_path", "made for 'HuggingFaceTB/SmolLM2-135M-Instruct', held against 'smollm2'", "Make sure that this is the same model.")],
                [new ModuleStatistics("model.layers.0.self_attn.q_proj", 8, 2, 1.5, 0.01)]),
            Run = run,
            OldestRun = new FiledRecord<Run>("run.json", run),
            Merge = Receipt(identity),
            BaseEvaluations = [Evaluation("sample_facts", "acc", 0.91, null), Evaluation("sample_corpus", "word_perplexity", 7.12, null), Pairs("original", 5)],
            CandidateEvaluations = [Evaluation("sample_facts", "acc", 0.8975, 400), Evaluation("sample_corpus", "word_perplexity", 7.43, null), Pairs("changed", 7)],
            Ledger = new LedgerPosition("example.org/releases", 41, 42, Convert.ToBase64String(D("root").ToBytes()), "example.org/releases+3f2a1b0c+AYuO1+LJgtUvcRK6pOL6YhyM9sRDHoFYHXgRzVTKlcNW", D("entry")),
            Signatures = [new SignatureNote("model.sig", "ecdsa-p256-sha256", D("key").Hex)],
        };
    }

    /// <summary>Contents with files inside, as a finished dossier has them.</summary>
    public static ReportContents WithFiles(ReportContents contents) => contents with
    {
        Judged = new DateTimeOffset(2026, 11, 24, 6, 7, 8, TimeSpan.Zero),
        Files =
        [
            new EvidenceFile("decision.json", contents.Decision.ToCanonicalJson(), contents.Run.Created),
            new EvidenceFile("evaluations/base/sample_facts.json", contents.BaseEvaluations.Count > 0 ? contents.BaseEvaluations[0].Report.ToCanonicalJson() : [], contents.Run.Created),
            new EvidenceFile("evaluations/base/要約.json", "{}"u8.ToArray(), contents.Run.Created),
            new EvidenceFile("inspection.json", contents.Inspection.ToCanonicalJson(), contents.Run.Created),
            new EvidenceFile("policy.yaml", "schema: loragate.policy/1\n"u8.ToArray(), contents.Run.Created),
        ],
    };

    private static MergeReceipt Receipt(AdapterIdentity adapter) => new(
        Engine,
        new CheckpointIdentity("smollm2-135m-instruct", D("config"), D("base")),
        [new AppliedAdapter(adapter, 1)],
        "keep",
        [],
        new CheckpointIdentity("merged", D("config"), D("merged")),
        [
            .. Enumerable.Range(0, 30).Select(i => new MergedTensor(
                $"model.layers.{i}.self_attn.q_proj.weight", $"model.layers.{i}.self_attn.q_proj", "lora", 8, 2, D($"before{i}"), D($"after{i}"),
                new Fidelity(331776, 1200 + i, 1.2 + (0.01 * i), 80, 0.05 + (0.001 * i)), 9900 + i)),
        ],
        [],
        new FileEntry("undo.bin", 123456, D("undo")));

    /// <summary>Pairs in three groups, of which so many in ten go to the stereotype.</summary>
    private static TaskEvaluation Pairs(string model, int ofTen) => new("sample_pairs", D(model), new EvaluationReport(
        Engine, new EvaluatedModel(D("weights"), D("config"), D("tokenizer")), new EvaluatedTask("sample_pairs", D("pairs"), D("pairs data"), "multiple_choice", 480, null, ["bias_type"]),
        [
            .. Enumerable.Range(0, 480).Select(i => new EvaluatedItem(i, [-1, -2], [false, false], 0,
                new Dictionary<string, double> { ["pct_stereotype"] = i % 10 < ofTen ? 1 : 0 }, null, new Dictionary<string, string> { ["bias_type"] = i % 3 == 0 ? "age" : i % 3 == 1 ? "gender" : "nationality" })),
        ],
        [new Metric("pct_stereotype", ofTen / 10.0, 0.02, 480)], [], [], []));

    private static TaskEvaluation Evaluation(string task, string metric, double value, int? limit) => new(task, D($"{task} {value}"), new EvaluationReport(
        Engine, new EvaluatedModel(D("weights"), D("config"), D("tokenizer")),
        new EvaluatedTask(task, D(task), D(task + "data"), "multiple_choice", 1000, limit, []), [], [new Metric(metric, value, 0.014, limit ?? 1000)], [3, 7], [], []));
}

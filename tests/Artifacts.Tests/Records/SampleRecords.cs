using Loragate.Artifacts.Checkpoints;
using Loragate.Artifacts.Folders;
using Loragate.Artifacts.Records.Auditing;
using Loragate.Artifacts.Records.Combining;
using Loragate.Artifacts.Records.Deciding;
using Loragate.Artifacts.Records.Evaluating;
using Loragate.Artifacts.Records.Extracting;
using Loragate.Artifacts.Records.Inspecting;
using Loragate.Artifacts.Records.Measuring;
using Loragate.Artifacts.Records.Merging;
using Loragate.Artifacts.Records.Planning;
using Loragate.Artifacts.Records.Training;

namespace Loragate.Artifacts.Records;

/// <summary>One of every record, with every optional field set and unset somewhere.</summary>
internal static class SampleRecords
{
    private static readonly Digest Some = Digest.Of("some"u8);
    private static readonly EngineInfo Engine = new("loragate.merge", "1.0", "canonical/1", "cpu");
    private static readonly AdapterIdentity Adapter = new("adapter", Some, [new FileEntry("adapter_config.json", 12, Some)]);
    private static readonly CheckpointIdentity Checkpoint = new("base", Some, Some);

    public static IReadOnlyList<Record> All { get; } =
    [
        new Run(new DateTimeOffset(2026, 11, 24, 8, 0, 0, TimeSpan.Zero), "1.0", "host", "Linux", 8),
        new Inspection(Engine, Adapter, new BaseIdentity("base", "llama", Some, Some), "LORA", "org/base", [new Finding("no-op", Severity.Block, "a", "b", "c")], [new ModuleStatistics("m", 8, 2, 0.1, 1e-3)]),
        new Inspection(Engine, Adapter, null, "LORA", null, [], [new ModuleStatistics("m", 8, 2, 0.1, null) { SpectralNorm = 0.05, EffectiveRank = 3.5, OutlierScore = -1.25, Cancellation = 5000 }])
        {
            Licences = [new Licence("adapter", "a", "mit", "README.md"), new Licence("dataset", "d", null, "")],
            Serving = [new ServerSupport("vllm", ServingOutcome.Refuses, ["DoRA"])],
        },
        new MergeAudit(Engine, Checkpoint, [new AppliedAdapter(Adapter, 1)], Checkpoint, false,
            [
                new AuditedTensor("w", TensorVerdict.WrongScale) { Delta = "lora", Sha256 = Some, Elements = 6, Differing = 5, Beyond = 4, Scale = 2, Explained = 1, Slack = 3.5, Finite = false },
                new AuditedTensor("x", TensorVerdict.Missing),
            ],
            [new AuditedFile("config.json", FileVerdict.Differs, ["model_type"])]),
        new MergeForecast(3, [new ForecastTensor("w", "BF16", [2, 3], "lora of rank 2, scale 1")], 12, 18, 6, 4096) { FreeBytes = 1L << 40, DeviceBytes = 8, Time = new ForecastTime(0.25, 2.5, 2, 24, 204, new ForecastSpeed(0.2, 3e9, 2e9, 25e9), new ForecastSpeed(1, 2e8, 4e8, 4e9)) },
        new MergeForecast(1, [], 12, 12, null, 0),
        new MergeReceipt(Engine, Checkpoint, [new AppliedAdapter(Adapter, 0.5)], "keep", [new TensorDigest("w", "BF16", [2, 3], Some)], Checkpoint, [Merged(12)], Adapter.Files, new FileEntry("loragate/undo.safetensors", 5, Some)),
        new MergeReceipt(Engine, Checkpoint, [], "F32", [], Checkpoint, [Merged(null)], [], null),
        new MergeReceipt(
            Engine, Checkpoint, [new AppliedAdapter(Adapter, 1) { Tensors = [new UsedTensor("a", "experts", ["w", "x"])], ExpertLayout = "expert-fastest" }], "keep", [], Checkpoint,
            [Merged(0) with { Source = "e", Fidelity = new Fidelity(6, 0, 1, 2, 0) { LargestStep = 3, Saturated = 0, Flushed = 1 } }], [], null) { EarlierMerges = 2, UndoBitsPerWeight = 0.25 },
        new UnmergeReceipt(Engine, Some, Checkpoint),
        new CombinationReceipt(Engine, [new AppliedAdapter(Adapter, -0.5)], new CombinationMethod("ties", 8, 0.5, "total", "7"), "F32",
            [new CombinedModule("m", [0], 8, 1, 2.5, 1e-8, 2.75, 0.5, [2, 1], [0.5])], [new Finding("peft-rslora", Severity.Warn, "use_rslora", "message", "advice")], Adapter.Files),
        new CombinationReceipt(Engine, [], new CombinationMethod("cat", null, null, null, null), "BF16", [], [], []),
        new ExtractionReceipt(Engine, Checkpoint, Checkpoint, 8, "0", "F16", [new ExtractedModule("m", "m.weight", 8, 2.5, 0.5, 0.9, 3.5, [2, 1], [0.5], 6)],
            [new UncapturedTensor("n.weight", "an embedding", 0.25, true), new UncapturedTensor("q", "stored as I8", null, false)], 3, Adapter.Files),
        new TrainingReceipt(
            new TrainingInputs(
                Engine, new Dictionary<string, string> { ["torch"] = "2" }, Checkpoint, Some, [new TrainingData("a.jsonl", Some, 9)], [], new TrainedMethod("lora", new Dictionary<string, string> { ["rank"] = "8" }),
                new TrainingSettings(100, 8, 2, 1e-3, "cosine", 5, 0.9, 0.999, 1e-8, 0, 1, "float32", false, 256, false, 50, 0, "7"), Some, Some),
            [2.5, 1.25], [new ValidationLoss(2, 1.5)], 2, 4096, Adapter.Files, Some),
        new TrialCosts([new TrialCost("lora", 1, new Cost(2, 1.5, 4096), 0.25, 0.125, 0.125), new TrialCost("dora", 1, null, null, null)], 30),
        new TrialCosts([]),
        new TrialReport(
            Engine, Some, "plan", Checkpoint, new TrialScore("t", "acc", Some, [0, 1], Some), null, new TrialMargins(0.05, 0),
            [new TrialRound(20, [new TrialRun("lora", 1.5, Some, new TrialScore("u", "acc", Some, [1], Some)), new TrialRun("dora", null, null, null, "step 2: no number")])],
            [new TrialResult("lora", new TrainedMethod("lora", new Dictionary<string, string>()), 1e-3, 64, 256, 1.5, new TrialScore("t", "acc", Some, [1, 1], Some), new TrialScore("u", "acc", Some, [0.5], Some), [new ModuleSpectrum("m", 8, 1.5, 2, 3)], [new LayerEffect(0, 0.25)])],
            [new ScreenedTask("t", Some, Some, 2, 1, [new OverlappingRow(1, 0.5)])],
            [new EvaluatedTask("t", Some, Some, "multiple_choice", 2, null, [])],
            new PlannedTrials(new Dictionary<string, IReadOnlyList<string>> { ["lora"] = ["lora"], ["dora"] = ["dora"] }, [new PlannedRound(20, new Dictionary<string, int> { ["lora"] = 1, ["dora"] = 1 })], 40)),
        new EvaluationReport(Engine, new EvaluatedModel(Some, Some, Some), new EvaluatedTask("t", Some, Some, "multiple_choice", 2, 1, ["group"]),
            [
                new EvaluatedItem(0, [-1.5, -2.25], [true, false], 1, new Dictionary<string, double> { ["acc"] = 1 }, null, new Dictionary<string, string> { ["group"] = "日本" }, ["acc"]),
                new EvaluatedItem(1, [], [], null, new Dictionary<string, double>(), "text", null),
            ],
            [new Metric("acc", 0.5, 0.1, 2), new Metric("word_perplexity", 3.25, null, 2)], [1], [], [1]),
        new Measurement(Engine, 2, 128, 32, 5, [new MeasuredModel(ModelForm.Base, Some, null, 0.25, 0.0625, 8), new MeasuredModel(ModelForm.Attached, Some, Some, 0.25, 0.125, 16)]),
        new EvaluationReport(Engine, new EvaluatedModel(Some, Some, Some, Some), new EvaluatedTask("t", Some, Some, "multiple_choice", 2, 1, []), [], [], [], [], [],
            Remote: new RemoteRun(RemoteRun.Unattested, "vllm 1", "m", "/m", 256, Some, 0.25)),
        new AdapterProbe(Engine, new EvaluatedModel(Some, Some, Some, Some), [new ProbeItem([1, 2, 3], -4.5, -1.25, new Dictionary<string, double> { ["lm_head"] = -1.5 })]),
        new ContaminationReport(Some, 9, [new ScreenedTask("t", Some, Some, 2, 1, [new OverlappingRow(1, 0.5)])]),
        new EquivalenceCertificate(
            Engine,
            new EvaluatedModel(Some, Some, Some, Some),
            new EvaluatedModel(Some, Some, Some),
            true,
            [new EquivalentTask(new EvaluatedTask("t", Some, Some, "multiple_choice", 2, null, []), 0.5, 0.1, [1], "acc", Statistic(0.5, null), true)]),
        new EvaluationPlan(
            0.05,
            7,
            EvaluationPlan.AllItemsOnce,
            [new PlannedTask("t", Some, Some, 200)],
            [
                new PlannedRule("r", "bias-drift", Severity.Block, "t", "acc", new Dictionary<string, string> { ["interval"] = "analytic" }, -0.1, 0.1, 0.9, 150, 200, 0.09),
                new PlannedRule("s", "improvement", Severity.Warn, "t", "acc", new Dictionary<string, string>(), 0.02, null, 0.9, 150, 200, 0.09),
            ],
            EvaluationPlan.StoredType),
        new Decision(new PolicyIdentity("p", "1", Some), new DateOnly(2026, 11, 24), Adapter, Some, [new MeasuredTask("t", Some, Some, true)], Verdict.Approved, [Rule(Statistic(0.5, 3)), Rule(null)], [new EvidenceLink("inspection.json", "loragate.inspection/1", Some)]),
        new Decision(new PolicyIdentity("p", "1", Some), new DateOnly(2026, 11, 24), Adapter, null, [], Verdict.Undecided, [Rule(Statistic(null, null))], []),
    ];

    private static MergedTensor Merged(long? bits) => new("w", "m", "lora", 8, 2, Some, Some, new Fidelity(6, 1, 0.1, 2.5, 1e-4), bits);

    private static Statistic Statistic(double? value, int? count) => new("tango-score", 0.1, -0.1, 0.3, 0.05, 0.05, 500, count, value, value, count, count, value, count);

    private static RuleResult Rule(Statistic? statistic) =>
        new("id", "non-inferiority", Severity.Block, Outcome.Waived, "word", "A sentence.", statistic is null ? null : "task", statistic is null ? null : "acc", statistic, [Some], ["control"]);
}

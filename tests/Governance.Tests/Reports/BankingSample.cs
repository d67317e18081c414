using Loragate.Artifacts.Records;
using Loragate.Artifacts.Records.Deciding;
using Loragate.Artifacts.Records.Evaluating;
using Loragate.Artifacts.Records.Inspecting;
using Loragate.Artifacts.Records.Merging;

namespace Loragate.Governance.Reports;

/// <summary>Contents of the size of a real gate: three modules in each of 30 layers, two tasks of 1000 items, nine groups of people, all controls of the banking policy.</summary>
internal static class BankingSample
{
    private const int Layers = 30;
    private const int Items = 1000;
    private static readonly string[] Modules = ["self_attn.o_proj", "self_attn.q_proj", "self_attn.v_proj"];
    private static readonly string[] Groups = ["age", "disability", "gender", "nationality", "physical-appearance", "race-color", "religion", "sexual-orientation", "socioeconomic"];

    private static readonly string[] Controls =
        ["EU AI Act Annex IV(2)(g)", "EU AI Act Annex IV(3)", "ISO/IEC 42001 A.6.2.4", "NIST AI RMF MEASURE 2.11", "NIST AI 600-1 2.12", "AI事業者ガイドライン セキュリティ確保", "AI事業者ガイドライン アカウンタビリティ"];

    public static ReportContents Contents { get; } = Make(ReportSamples.RejectedByBias);

    private static ReportContents Make(ReportContents sample)
    {
        TaskEvaluation[] originals = [Pairs("original", 0.556), Intents("original", 0.595)];
        TaskEvaluation[] candidates = [Pairs("candidate", 0.649), Intents("candidate", 0.805)];
        var links = originals.Select(each => Link("base", each)).Concat(candidates.Select(each => Link("candidate", each)));
        return sample with
        {
            Decision = sample.Decision with { Rules = [.. Rules().Select(rule => rule with { Controls = Controls })], Evidence = [.. sample.Decision.Evidence.Take(2), .. links] },
            Inspection = sample.Inspection with { Findings = Findings, Modules = [.. Paths().Select((path, i) => new ModuleStatistics(path, 16, 2, 1.5, 0.01 + (0.0007 * i)) { EffectiveRank = 1 + (i % 7 * 0.4) })] },
            Merge = sample.Merge! with { Merged = [.. Paths().Select(Merged)] },
            BaseEvaluations = originals,
            CandidateEvaluations = candidates,
        };
    }

    private static IReadOnlyList<RuleResult> Rules() =>
    [
        ReportSamples.Rule("sound-adapter", "inspection", Severity.Block, Outcome.Passed, "no-blocking-finding", null, null, null),
        ReportSamples.Rule("faithful-merge", "merge-fidelity", Severity.Block, Outcome.Passed, "update-preserved", null, null, null),
        ReportSamples.Rule("better-intents", "improvement", Severity.Block, Outcome.Passed, "bound-clears-margin", "banking77", "acc",
            new Statistic("tango-score", 0.21, 0.145, 0.275, 0.02, 0.05, Items, null, 0.595, 0.805, 48, 6)),
        ReportSamples.Rule("retained-skill-language", "non-inferiority", Severity.Block, Outcome.Failed, "bound-fails-margin", "banking77", "loglikelihood",
            new Statistic("t", -252.8984, -278.601, -227.1958, -15, 0.05, Items, null, -249.3831, -502.2815)),
        ReportSamples.Rule("bias-level", "bias-level", Severity.Block, Outcome.Failed, "bound-fails-margin", "crows_pairs", "pct_stereotype",
            new Statistic("clopper-pearson", 0.148, 0.128, 0.168, 0.12, 0.05, Items, null, null, 0.648)),
        ReportSamples.Rule("bias-drift", "bias-drift", Severity.Block, Outcome.Undecided, "bounds-straddle-margin", "crows_pairs", "pct_stereotype",
            new Statistic("tango-score", 0.042, 0.013, 0.071, 0.04, 0.05, Items, null, 0.556, 0.598, 70, 30, 0.3, 12_345)),
        ReportSamples.Rule("recent-evidence", "evidence-freshness", Severity.Warn, Outcome.Failed, "stale", null, null, null),
    ];

    private static IReadOnlyList<Finding> Findings =>
    [
        new Finding("remote-code", Severity.Block, "tokenizer_config.json, key 'auto_map'", "names code that a loader may import and run", "Remove the key; an adapter is data."),
        new Finding("base-name", Severity.Warn, "base_model_name_or_path", "made for 'smollm2-135m-instruct', held against 'smollm2'", "Make sure that this is the same model."),
        new Finding("serving-differs", Severity.Warn, "sglang", "would serve another model than this adapter was trained as: use_rslora is not read: lora_alpha / r, not lora_alpha / √r; magnitudes are not applied", "Serve the merged model there."),
        new Finding("unreadable-file", Severity.Warn, "generation_config.json", "something that no table knows", "Remove the file or write it again."),
        new Finding("update-outlier", Severity.Warn, "model.layers.0.self_attn.v_proj", "the update is far larger than in modules of its kind (robust z 9.5)", "Look at how this module was trained."),
        new Finding("licence-conditions", Severity.Info, "dataset crows_pairs", "the licence 'cc-by-sa-4.0' has conditions of use that pass on to whoever gets the model", "Pass them on."),
        new Finding("base-unpinned", Severity.Info, "base_model_name_or_path", "neither a revision nor a digest says which state of the base this adapter was made for", "Record the base's weights digest as base_model_digest in the model card."),
    ];

    private static EvidenceLink Link(string model, TaskEvaluation evaluation) => new($"evaluations/{model}/{evaluation.Task}.json", "loragate.evaluation-report/1", evaluation.Digest);

    private static IEnumerable<string> Paths() => from layer in Enumerable.Range(0, Layers) from module in Modules select $"model.layers.{layer}.{module}";

    private static MergedTensor Merged(string path, int i) => new(
        $"{path}.weight", path, "lora", 16, 2, ReportSamples.D($"before {path}"), ReportSamples.D($"after {path}"),
        new Fidelity(331_776, 31_000 + i, 1 + (0.05 * (i % 11)), 40, 0.02 + (0.002 * (i % 13))), 24_000 + i);

    private static TaskEvaluation Pairs(string model, double share) => Evaluation("crows_pairs", model, "pct_stereotype", share, ["bias_type"], i => new Dictionary<string, string> { ["bias_type"] = Groups[i % Groups.Length] });

    private static TaskEvaluation Intents(string model, double share) => Evaluation("banking77", model, "acc", share, [], _ => null);

    private static TaskEvaluation Evaluation(string task, string model, string metric, double share, IReadOnlyList<string> fields, Func<int, IReadOnlyDictionary<string, string>?> fieldsOf)
    {
        var report = ReportSamples.Approved.CandidateEvaluations[0].Report with
        {
            Task = new EvaluatedTask(task, ReportSamples.D(task), ReportSamples.D($"{task} data"), "multiple_choice", Items, null, fields),
            Items = [.. Enumerable.Range(0, Items).Select(i => new EvaluatedItem(i, [-1.5, -2.5], [false, false], 0, new Dictionary<string, double> { [metric] = i * 617 % Items < share * Items ? 1 : 0 }, null, fieldsOf(i)))],
            Metrics = [new Metric(metric, share, 0.0155, Items)],
        };
        return new TaskEvaluation(task, ReportSamples.D($"{task} {model}"), report);
    }
}

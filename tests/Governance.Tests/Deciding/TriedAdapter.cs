using Loragate.Artifacts;
using Loragate.Artifacts.Records;
using Loragate.Artifacts.Records.Deciding;
using Loragate.Artifacts.Records.Evaluating;
using Loragate.Artifacts.Records.Merging;
using Loragate.Artifacts.Records.Training;
using Loragate.Governance.Approvals;
using Loragate.Governance.Deciding;
using Loragate.Governance.Policies;
using Loragate.Governance.Trials;
using Loragate.Governance.Trust;
using static Loragate.Governance.Tests.Deciding.SampleEvidence;

namespace Loragate.Governance.Tests.Deciding;

/// <summary>An adapter that is one of some trials, and a policy that asks for that.</summary>
internal static class TriedAdapter
{
    public static CheckpointIdentity Base { get; } = new("base", DigestOf("config"), BaseWeights);

    public static FiledRecord<TrainingReceipt> Own { get; } = new(
        "training-receipt.json",
        new TrainingReceipt(
            new TrainingInputs(
                new EngineInfo("e", "v", "p", "cpu"), new Dictionary<string, string>(), Base, DigestOf("tokenizer"), [], [], new TrainedMethod("lora", new Dictionary<string, string>()),
                new TrainingSettings(1, 1, 1, 0.1, "cosine", 0, 0.9, 0.999, 1e-8, 0, 1, "float32", false, 2, false, 1, 0, "0")),
            [1], [], 1, 1, Inspection().Record.Adapter.Files));

    /// <summary>The plan of the trials.</summary>
    public static EvidenceLink Plan { get; } = new(TrialFiles.Plan, TrialFiles.PlanSchema, SampleTrials.Some);

    /// <summary>A report of the adapter's base, of a plan of one round, in which one trial is the adapter's: its scores and the base's are of evaluations.</summary>
    public static FiledRecord<TrialReport> Tried(TrialReport report, string own) => new(
        "trial-report.json",
        report with
        {
            Base = Base,
            Task = Evaluated(report.Task, null)!,
            Retained = Evaluated(report.Retained, null),
            Rounds = [report.Rounds[0] with { Runs = [.. report.Rounds[0].Runs.Select((run, i) => run with { ValidationLoss = i, Receipt = run.Id == own ? Own.Digest : run.Receipt })] }],
            Results = [.. report.Results.Select((result, i) => (result.Id == own ? result with { Task = Evaluated(result.Task, Adapter)!, Retained = Evaluated(result.Retained, Adapter) } : result) with { ValidationLoss = i })],
            Planned = SampleTrials.Planned(report.Rounds[0].Steps, report.Results),
        });

    /// <summary>The evaluations that a report's scores of the base and of the adapter's trial are of, by path.</summary>
    public static IReadOnlyList<FiledRecord<EvaluationReport>> EvaluationsOf(TrialReport report)
    {
        var own = report.Results.FirstOrDefault(result => report.Rounds[^1].Runs.Any(run => run.Id == result.Id && run.Receipt == Own.Digest));
        IEnumerable<FiledRecord<EvaluationReport>> Of(string who, Digest? adapter, params TrialScore?[] scores) => scores.OfType<TrialScore>().Select(score => new FiledRecord<EvaluationReport>($"trials/{who}/{score.Task}.json", Evaluation(score, adapter)));
        return [.. Of("base", null, report.Task, report.Retained).Concat(Of("own", Adapter, own?.Task, own?.Retained)).OrderBy(evaluation => evaluation.Path, StringComparer.Ordinal)];
    }

    /// <summary>All that the rule asks for.</summary>
    public static Evidence Evidence(FiledRecord<TrialReport>? trials, FiledRecord<TrainingReceipt>? training, byte[]? signature = null) => new()
    {
        Inspection = Inspection(),
        Receipt = Receipt(),
        Trials = trials,
        TrialPlan = trials is null ? null : Plan,
        TrialEvaluations = trials is null ? [] : EvaluationsOf(trials.Record),
        Training = training,
        TrialsSignature = signature is null ? null : new TrialSignature(TrialFiles.Signature, signature),
    };

    public static RuleResult Decide(FiledRecord<TrialReport>? trials, FiledRecord<TrainingReceipt>? training, string parameters) => Assert.Single(Decision(trials, training, parameters).Rules);

    /// <summary>The decision, of trials that somebody signed where a trust policy says who counts.</summary>
    public static Decision Decision(FiledRecord<TrialReport>? trials, FiledRecord<TrainingReceipt>? training, string parameters, TrustPolicy? people = null, byte[]? signature = null) => DecisionMaker.Decide(
        Policy(parameters), Evidence(trials, training, signature) with { Endorsements = people is null ? null : new Endorsements { Trust = people, GateKey = DigestOf("gate") } }, Day);

    public static Policy Policy(string parameters) => Policies.PolicyTests.Parse($$"""
        schema: loragate.policy/1
        name: one
        version: "1"
        description: An adapter that a trial chose.
        alpha: 0.05
        tasks:
          faq: {file: faq.yaml, purpose: questions}
        rules:
          - {id: tried, check: trial, severity: block, why: why, {{parameters}}}
        """);

    private static Digest Adapter { get; } = Own.Record.FolderDigest();

    private static TrialScore? Evaluated(TrialScore? score, Digest? adapter) => score is null ? null : score with { Evaluation = Evaluation(score, adapter).ComputeDigest() };

    private static EvaluationReport Evaluation(TrialScore score, Digest? adapter) => new(
        new EngineInfo("loragate.evaluate", "0", "float32/1", "cpu"),
        new EvaluatedModel(Base.WeightsDigest, Base.ConfigDigest, Own.Record.Inputs.Tokenizer, adapter),
        new EvaluatedTask(score.Task, DigestOf(score.Task), score.Data, "multiple_choice", score.Items, null, []),
        [.. score.Scores.Select((value, i) => Item(i, score.Metric, value))],
        [],
        [],
        [],
        []);
}

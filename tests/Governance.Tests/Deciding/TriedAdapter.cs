using Loragate.Artifacts.Records;
using Loragate.Artifacts.Records.Deciding;
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

    /// <summary>A report of the adapter's base, of a plan of one round, in which one trial is the adapter's.</summary>
    public static FiledRecord<TrialReport> Tried(TrialReport report, string own) => new(
        "trial-report.json",
        report with
        {
            Base = Base,
            Rounds = [report.Rounds[0] with { Runs = [.. report.Rounds[0].Runs.Select((run, i) => run with { ValidationLoss = i, Receipt = run.Id == own ? Own.Digest : run.Receipt })] }],
            Results = [.. report.Results.Select((result, i) => result with { ValidationLoss = i })],
            Planned = SampleTrials.Planned(report.Rounds[0].Steps, report.Results),
        });

    public static RuleResult Decide(FiledRecord<TrialReport>? trials, FiledRecord<TrainingReceipt>? training, string parameters) => Assert.Single(Decision(trials, training, parameters).Rules);

    /// <summary>The decision, of trials that somebody signed where a trust policy says who counts.</summary>
    public static Decision Decision(FiledRecord<TrialReport>? trials, FiledRecord<TrainingReceipt>? training, string parameters, TrustPolicy? people = null, byte[]? signature = null) => DecisionMaker.Decide(
        Policy(parameters),
        new Evidence
        {
            Inspection = Inspection(),
            Receipt = Receipt(),
            Trials = trials,
            Training = training,
            TrialsSignature = signature is null ? null : new TrialSignature(TrialFiles.Signature, signature),
            Endorsements = people is null ? null : new Endorsements { Trust = people, GateKey = DigestOf("gate") },
        },
        Day);

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
}

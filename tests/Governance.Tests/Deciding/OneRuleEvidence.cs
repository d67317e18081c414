using Loragate.Artifacts.Records.Deciding;
using Loragate.Artifacts.Records.Evaluating;
using Loragate.Governance.Deciding;
using Loragate.Governance.Policies;
using static Loragate.Governance.Tests.Deciding.SampleEvidence;

namespace Loragate.Governance.Tests.Deciding;

/// <summary>A policy of one statistical rule over the task "skill", evidence for it by what candidate gained and lost against the base, and that evidence with one report changed.</summary>
internal static class OneRuleEvidence
{
    public const string PolicyText = """
        schema: loragate.policy/1
        name: one
        version: "1"
        description: One statistical rule.
        alpha: 0.05
        tasks:
          skill: {file: skill.yaml, purpose: skill}
        rules:
          - id: skill
            check: non-inferiority
            severity: block
            why: why
            controls: [C1]
            task: skill
            metric: acc
            margin: 0.1
            plan: {discordance: 0.2, power: 0.8}
        """;

    public static readonly Policy OneRule = Policies.PolicyTests.Parse(PolicyText);

    public static Decision Decide(Evidence evidence) => DecisionMaker.Decide(OneRule, evidence, Day);

    public static RuleResult Single(Decision decision) => Assert.Single(decision.Rules);

    public static Evidence Pair(int items, int gained, int lost) => new()
    {
        Inspection = Inspection(),
        Receipt = Receipt(),
        Base = Reports(true, [.. Enumerable.Range(0, items).Select(i => Item(i, "acc", i < lost || i % 2 == 0 && i >= lost + gained ? 1 : 0))]),
        Candidate = Reports(false, [.. Enumerable.Range(0, items).Select(i => Item(i, "acc", i >= lost && (i < lost + gained || i % 2 == 0) ? 1 : 0))]),
        Run = Run(),
    };

    public static Evidence Both(Evidence evidence, Func<IReadOnlyList<EvaluatedItem>, IReadOnlyList<EvaluatedItem>> change, int? rows = null) => evidence with
    {
        Base = Reports(true, change(evidence.Base["skill"].Record.Items), rows),
        Candidate = Reports(false, change(evidence.Candidate["skill"].Record.Items), rows),
    };

    public static Evidence Base(Evidence evidence, Func<EvaluationReport, EvaluationReport> change) =>
        evidence with { Base = new Dictionary<string, FiledRecord<EvaluationReport>> { ["skill"] = new("base/skill.json", change(evidence.Base["skill"].Record)) } };

    public static Evidence Candidate(Evidence evidence, EvaluationReport report) =>
        evidence with { Candidate = new Dictionary<string, FiledRecord<EvaluationReport>> { ["skill"] = new("candidate/skill.json", report) } };

    private static Dictionary<string, FiledRecord<EvaluationReport>> Reports(bool isBase, IReadOnlyList<EvaluatedItem> items, int? rows = null) =>
        new() { ["skill"] = Report("skill", isBase, items, rows: rows) };
}

using Loragate.Artifacts.Records.Deciding;
using Loragate.Artifacts.Records.Evaluating;
using Loragate.Governance.Deciding;
using Loragate.Governance.Policies;
using Loragate.Governance.Tests.Statistics;
using static Loragate.Governance.Tests.Deciding.SampleEvidence;

namespace Loragate.Governance.Tests.Deciding;

/// <summary>
/// The rules that <see cref="SimulatedGateTests"/> leaves out, each in a policy of its own, over simulated scores whose truth is known. Every build decides a few; 10,000
/// with LORAGATE_LONG=1.
/// </summary>
public sealed class SimulatedRuleTests(ITestOutputHelper output)
{
    /// <summary>Rule, truth, whether it is a sound one, and how many gates of a short run approve and reject: the draws are seeded, so that these are not estimates.</summary>
    public static TheoryData<string, double, bool, int, int> Truths => new()
    {
        { "bias-level", 0.5, true, 391, 0 },
        { "bias-level", 0.62, false, 19, 19 },
        { "bias-level", 0.38, false, 21, 19 },
        { "bias-level in clusters", 0.62, false, 19, 18 },
        { "bias-level in clusters", 0.38, false, 27, 22 },
        { "minimum-metric", 0.7, true, 390, 0 },
        { "minimum-metric", 0.6, false, 18, 21 },
        { "minimum-metric in clusters", 0.6, false, 19, 20 },
        { "improvement", 0.15, true, 399, 0 },
        { "improvement", 0.05, false, 12, 14 },
        { "group-fairness", 0, true, 27, 0 },
        { "group-fairness", 0.15, false, 3, 1 },
        { "bootstrap", 0, true, 97, 0 },
        { "bootstrap", -0.5, false, 4, 6 },
    };

    [Theory, MemberData(nameof(Truths))]
    public void A_rule_fails_what_is_sound_and_passes_what_lies_on_its_limit_no_oftener_than_alpha(string rule, double truth, bool isSound, int approved, int rejected)
    {
        var (policy, draw, shortRun, longRun) = rule switch
        {
            "bias-level" => (Of("bias-level", "neutral: 0.5, maximum: 0.12"), (Func<SplitMix64, double, Evidence>)Shares, 400, 10_000),
            "bias-level in clusters" => (Of("bias-level", "neutral: 0.5, maximum: 0.12, cluster: template"), ClusteredShares, 400, 10_000),
            "minimum-metric" => (Of("minimum-metric", "minimum: 0.6"), Shares, 400, 10_000),
            "minimum-metric in clusters" => (Of("minimum-metric", "minimum: 0.6, cluster: template"), ClusteredShares, 400, 10_000),
            "improvement" => (Of("improvement", "minimum: 0.05"), Changes, 400, 10_000),
            "group-fairness" => (Of("group-fairness", "maximum: 0.15, group: group, groups: [a, b], positive: 1", "selection-rate"), Groups, 40, 10_000),
            _ => (Of("non-inferiority", "margin: 0.5, interval: bootstrap", deviation: 1), Steps, 100, 10_000),
        };
        var gates = Simulation.IsLong ? longRun : shortRun;
        var generator = new SplitMix64(3);
        var counts = Enum.GetValues<Verdict>().ToDictionary(verdict => verdict, _ => 0);
        for (var gate = 0; gate < gates; gate++)
            counts[DecisionMaker.Decide(policy, draw(generator, truth), Day).Verdict]++;
        Simulation.Tell(output, $"{rule} at {truth}", counts, gates);
        if (!Simulation.IsLong)
            Assert.Equal((approved, rejected), (counts[Verdict.Approved], counts[Verdict.Rejected]));
        Simulation.AssertAtMostAlpha(counts[Verdict.Rejected], gates);
        if (!isSound)
            Simulation.AssertAtMostAlpha(counts[Verdict.Approved], gates);
    }

    private static Policy Of(string check, string keys, string metric = "acc", double deviation = 0.3) => Policies.PolicyTests.Parse($$"""
        schema: loragate.policy/1
        name: one
        version: "1"
        description: One rule.
        alpha: 0.05
        tasks:
          skill: {file: skill.yaml, purpose: scores}
        rules:
          - {id: one, check: {{check}}, severity: block, why: why, task: skill, metric: {{metric}}, {{keys}}, plan: {deviation: {{deviation.ToString(System.Globalization.CultureInfo.InvariantCulture)}}, assumedDifference: {{(check is "minimum-metric" or "improvement" ? "0.1" : "0")}}, power: 0.8} }
        """);

    /// <summary>300 yes-or-no scores of the candidate, right with the true share.</summary>
    private static Evidence Shares(SplitMix64 generator, double truth) => Evidence(null, [.. Enumerable.Range(0, 300).Select(i => Item(i, "acc", generator.NextDouble() < truth ? 1 : 0))]);

    /// <summary>200 of them in twenty clusters, each with a share of its own around the true one.</summary>
    private static Evidence ClusteredShares(SplitMix64 generator, double truth)
    {
        double[] shares = [.. Enumerable.Range(0, 20).Select(_ => truth + 0.3 * (generator.NextDouble() - 0.5))];
        return Evidence(null, [.. Enumerable.Range(0, 200).Select(i => Item(i, "acc", generator.NextDouble() < shares[i / 10] ? 1 : 0, new Dictionary<string, string> { ["template"] = $"{i / 10}" }))]);
    }

    /// <summary>300 yes-or-no scores of which a fifth changes, so that the true gain is left.</summary>
    private static Evidence Changes(SplitMix64 generator, double gain)
    {
        List<(int Before, int After)> changes = [.. Enumerable.Range(0, 300).Select(_ => generator.NextDouble()).Select(draw => draw < (0.2 + gain) / 2 ? (0, 1) : draw < 0.2 ? (1, 0) : (1, 1))];
        return Evidence([.. changes.Select((change, i) => Item(i, "acc", change.Before))], [.. changes.Select((change, i) => Item(i, "acc", change.After))]);
    }

    /// <summary>Two groups of 200 people, of whom the one's are selected more often by the true gap.</summary>
    private static Evidence Groups(SplitMix64 generator, double gap) => Evidence(null, [.. Enumerable.Range(0, 400).Select(i =>
    {
        var selected = generator.NextDouble() < (i % 2 == 0 ? 0.5 : 0.5 - gap);
        return new EvaluatedItem(i, selected ? [-2, -1] : [-1, -2], [false, false], 1, new Dictionary<string, double> { ["acc"] = 1 }, null, new Dictionary<string, string> { ["group"] = i % 2 == 0 ? "a" : "b" });
    })]);

    /// <summary>60 numbers and what became of them, on average the true step.</summary>
    private static Evidence Steps(SplitMix64 generator, double step)
    {
        var before = Enumerable.Range(0, 60).Select(_ => Simulation.Gauss(generator)).ToList();
        return Evidence([.. before.Select((score, i) => Item(i, "acc", score))], [.. before.Select((score, i) => Item(i, "acc", score + step + Simulation.Gauss(generator)))]);
    }

    private static Evidence Evidence(IReadOnlyList<EvaluatedItem>? before, IReadOnlyList<EvaluatedItem> after) => new()
    {
        Inspection = Inspection(),
        Receipt = Receipt(),
        Base = before is null ? new Dictionary<string, FiledRecord<EvaluationReport>>() : new Dictionary<string, FiledRecord<EvaluationReport>> { ["skill"] = Report("skill", true, before) },
        Candidate = new Dictionary<string, FiledRecord<EvaluationReport>> { ["skill"] = Report("skill", false, after) },
        Run = Run(),
    };
}

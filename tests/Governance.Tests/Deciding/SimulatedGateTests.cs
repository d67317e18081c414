using Loragate.Artifacts.Records.Deciding;
using Loragate.Artifacts.Records.Evaluating;
using Loragate.Governance.Deciding;
using Loragate.Governance.Policies;
using Loragate.Governance.Tests.Statistics;
using static Loragate.Governance.Tests.Deciding.SampleEvidence;

namespace Loragate.Governance.Tests.Deciding;

/// <summary>
/// Whole decisions over simulated scores whose truth is known: how often is an adapter that changed nothing refused, and how often is one
/// released that lies exactly on a margin? 400 gates each; 10,000 with LORAGATE_LONG=1.
/// </summary>
public sealed class SimulatedGateTests(ITestOutputHelper output)
{
    private const double Margin = 0.06;
    private const double MaximumDrift = 0.12;

    private static readonly Policy Policy = Policies.PolicyTests.Parse("""
        schema: loragate.policy/1
        name: simulated
        version: "1"
        description: Skill by Tango's score, a log-likelihood by t, bias by clusters.
        alpha: 0.05
        tasks:
          skill: {file: skill.yaml, purpose: yes-or-no scores}
          text: {file: text.yaml, purpose: numbers}
          pairs: {file: pairs.yaml, purpose: yes-or-no scores in clusters}
        rules:
          - {id: skill, check: non-inferiority, severity: block, why: why, task: skill, metric: acc, margin: 0.06, plan: {discordance: 0.1, power: 0.9}}
          - {id: text, check: non-inferiority, severity: block, why: why, task: text, metric: acc, margin: 0.5, plan: {deviation: 1, power: 0.9}}
          - {id: drift, check: bias-drift, severity: block, why: why, task: pairs, metric: acc, cluster: template, maximum: 0.12, plan: {discordance: 0.12, power: 0.8}}
        """);

    private const int ShortRun = 400;

    private static int Gates => Simulation.IsLong ? 10_000 : ShortRun;

    /// <summary>Truths, and how many of the 400 gates approve and reject: the draws are seeded, so that these are not estimates.</summary>
    public static TheoryData<string, double, double, double, int, int> Truths => new()
    {
        { "nothing changed", 0, 0, 0, 373, 0 },
        { "skill at its margin", Margin, 0, 0, 21, 9 },
        { "text at its margin", 0, 0.5, 0, 17, 6 },
        { "drift at its maximum", 0, 0, MaximumDrift, 13, 9 },
        { "drift at its minimum", 0, 0, -MaximumDrift, 16, 9 },
    };

    [Theory, MemberData(nameof(Truths))]
    public void A_gate_fails_a_sound_adapter_and_passes_one_on_a_margin_no_oftener_than_alpha(string truth, double loss, double textLoss, double drift, int approved, int rejected)
    {
        var counts = Simulate(loss, textLoss, drift);
        Simulation.Tell(output, truth, counts, Gates);
        if (Gates == ShortRun)
            Assert.Equal((approved, rejected), (counts[Verdict.Approved], counts[Verdict.Rejected]));
        Simulation.AssertAtMostAlpha(counts[Verdict.Rejected], Gates);
        if (truth != "nothing changed")
            Simulation.AssertAtMostAlpha(counts[Verdict.Approved], Gates);
    }

    private static Dictionary<Verdict, int> Simulate(double loss, double textLoss, double drift)
    {
        var generator = new SplitMix64(2);
        var counts = Enum.GetValues<Verdict>().ToDictionary(verdict => verdict, _ => 0);
        for (var gate = 0; gate < Gates; gate++)
            counts[DecisionMaker.Decide(Policy, Draw(generator, loss, textLoss, drift), Day).Verdict]++;
        return counts;
    }

    private static Evidence Draw(SplitMix64 generator, double loss, double textLoss, double drift)
    {
        var skill = Enumerable.Range(0, 300).Select(_ => Changed(generator, 0.1, loss)).ToList();
        var text = Enumerable.Range(0, 60).Select(_ => (Before: Simulation.Gauss(generator), Step: Simulation.Gauss(generator) - textLoss)).Select(item => (item.Before, item.Before + item.Step)).ToList();
        // A template's pairs share its own inclination to move, so that they are dependent.
        var templates = Enumerable.Range(0, 20).Select(_ => drift + 0.12 * (generator.NextDouble() - 0.5)).ToList();
        var pairs = Enumerable.Range(0, 200).Select(i => Changed(generator, Math.Max(0.12, Math.Abs(templates[i / 10])), -templates[i / 10])).ToList();
        return new Evidence
        {
            Inspection = Inspection(),
            Receipt = Receipt(),
            Base = Reports(true, [.. skill.Select(item => item.Before)], [.. text.Select(item => item.Before)], [.. pairs.Select(item => item.Before)]),
            Candidate = Reports(false, [.. skill.Select(item => item.After)], [.. text.Select(item => item.Item2)], [.. pairs.Select(item => item.After)]),
            Run = Run(),
        };
    }

    /// <summary>A yes-or-no score and what became of it: a share ψ changes, and one more in a hundred is lost than gained for each hundredth of loss.</summary>
    private static (double Before, double After) Changed(SplitMix64 generator, double discordance, double loss)
    {
        var draw = generator.NextDouble();
        if (draw < (discordance - loss) / 2)
            return (0, 1);
        if (draw < discordance)
            return (1, 0);
        return generator.NextDouble() < 0.6 ? (1, 1) : (0, 0);
    }

    private static Dictionary<string, FiledRecord<EvaluationReport>> Reports(bool isBase, double[] skill, double[] text, double[] pairs) => new()
    {
        ["skill"] = Report("skill", isBase, [.. skill.Select((score, i) => Item(i, "acc", score))]),
        ["text"] = Report("text", isBase, [.. text.Select((score, i) => Item(i, "acc", score))]),
        ["pairs"] = Report("pairs", isBase, [.. pairs.Select((score, i) => Item(i, "acc", score, new Dictionary<string, string> { ["template"] = $"{i / 10}" }))]),
    };
}

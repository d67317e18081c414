using Loragate.Artifacts.Records;
using Loragate.Artifacts.Records.Deciding;
using Loragate.Artifacts.Records.Training;
using Loragate.Governance.Deciding;
using Loragate.Governance.Tests.Statistics;
using Loragate.Governance.Trials;
using static Loragate.Governance.Tests.Deciding.SampleEvidence;

namespace Loragate.Governance.Tests.Deciding;

/// <summary>
/// Trials whose truth is known, and somebody who takes what luck made look best: neither the rule nor the recommendation may take luck for what was asked. Every build simulates a few trials; 10,000 with
/// LORAGATE_LONG=1.
/// </summary>
public sealed class SimulatedTrialTests(ITestOutputHelper output)
{
    private const double OfBase = 0.4;
    private const int Items = 240;

    /// <summary>Of how many trials one is better than the others by the margin; its truth, the margin, and how many of the luckiest others pass in a short run, whose draws are seeded.</summary>
    public static TheoryData<int, double, double, int> Luckiest => new()
    {
        { 2, 0.9, 0.05, 17 },
        { 5, 0.9, 0.05, 17 },
        { 9, 0.9, 0.05, 10 },
        { 9, 0.9, 0.02, 3 },
        { 9, 0.8, 0.1, 10 },
    };

    [Theory, MemberData(nameof(Luckiest))]
    public void The_luckiest_of_those_that_lie_the_margin_behind_passes_no_oftener_than_alpha(int trials, double best, double margin, int passed)
    {
        var (generator, simulated, count) = (new SplitMix64(5), Simulation.IsLong ? 10_000 : 400, 0);
        for (var i = 0; i < simulated; i++)
        {
            var results = Draw(generator, [("full", best), .. Enumerable.Range(0, trials - 1).Select(_ => ("lora", best - margin))]);
            var own = results.Skip(1).MaxBy(result => result.Task.Value)!;
            count += TriedAdapter.Decide(TriedAdapter.Tried(Report(generator, results), own.Id), TriedAdapter.Own, FormattableString.Invariant($"margin: {margin}")).Outcome == Outcome.Passed ? 1 : 0;
        }
        Tell($"{trials} trials, {margin} behind {best}", count, simulated, passed);
    }

    [Theory]
    [InlineData(0, 10)]
    [InlineData(0.02, 11)]
    [InlineData(0.1, 9)]
    public void Twins_that_lie_the_margin_behind_do_not_vouch_for_each_other(double anew, int passed)
    {
        var (generator, simulated, count) = (new SplitMix64(7), Simulation.IsLong ? 10_000 : 400, 0);
        for (var i = 0; i < simulated; i++)
        {
            var results = Draw(generator, [("full", 0.9), ("lora", 0.88)]);
            results.Add(Twin(generator, results[1], anew, 0.88));
            var own = results.Skip(1).MaxBy(result => result.Task.Value)!;
            count += TriedAdapter.Decide(TriedAdapter.Tried(Report(generator, results), own.Id), TriedAdapter.Own, "margin: 0.02").Outcome == Outcome.Passed ? 1 : 0;
        }
        Tell($"Twins but for {anew} of the items", count, simulated, passed);
    }

    [Theory]
    [InlineData(2, 19)]
    [InlineData(6, 15)]
    public void Low_rank_is_called_worse_than_the_luckiest_of_its_equals_no_oftener_than_alpha(int trials, int called)
    {
        var (generator, simulated, count) = (new SplitMix64(6), Simulation.IsLong ? 10_000 : 400, 0);
        for (var i = 0; i < simulated; i++)
        {
            var results = Draw(generator, [("lora", 0.8), .. Enumerable.Range(0, trials - 1).Select(_ => ("full", 0.8))]);
            count += Recommendation.Of(Report(generator, results)).LowRank == LowRankFinding.NotTheAnswer ? 1 : 0;
        }
        Tell($"{trials} equals", count, simulated, called);
    }

    private void Tell(string truth, int count, int simulated, int expected)
    {
        output.WriteLine($"{truth}: {count} of {simulated}, {100.0 * count / simulated:0.00} %");
        if (!Simulation.IsLong)
            Assert.Equal(expected, count);
        Simulation.AssertAtMostAlpha(count, simulated);
    }

    /// <summary>Trials that get an item right with their true share, of every second item all by the same draw, as items differ in how hard they are.</summary>
    private static List<TrialResult> Draw(SplitMix64 generator, IReadOnlyList<(string Method, double Truth)> trials)
    {
        var hard = Enumerable.Range(0, Items).Select(_ => generator.NextDouble()).ToList();
        return [.. trials.Select((trial, t) => SampleTrials.Result(trial.Method, 0, 100 + t, $"{trial.Method}-{t}") with
        {
            Task = Score([.. hard.Select((shared, i) => (i % 2 == 0 ? shared : generator.NextDouble()) < trial.Truth ? 1.0 : 0)]),
            Retained = null,
        })];
    }

    /// <summary>A trial that has the same items right, but for a share of them that are drawn anew.</summary>
    private static TrialResult Twin(SplitMix64 generator, TrialResult of, double anew, double truth) => of with
    {
        Id = of.Id + "-twin",
        Task = Score([.. of.Task.Scores.Select(score => generator.NextDouble() < anew ? (generator.NextDouble() < truth ? 1.0 : 0) : score)]),
    };

    private static TrialReport Report(SplitMix64 generator, IReadOnlyList<TrialResult> results) =>
        SampleTrials.Report([.. results]) with { Task = Score([.. Enumerable.Range(0, Items).Select(_ => generator.NextDouble() < OfBase ? 1.0 : 0)]), Retained = null };

    private static TrialScore Score(IReadOnlyList<double> scores) => new("routing", "acc", SampleTrials.Some, scores, SampleTrials.Some);
}

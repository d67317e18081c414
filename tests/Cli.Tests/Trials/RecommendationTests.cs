using Loragate.Artifacts;
using Loragate.Artifacts.Records;
using Loragate.Artifacts.Records.Merging;
using Loragate.Artifacts.Records.Training;

namespace Loragate.Cli.Trials;

public sealed class RecommendationTests
{
    private const double Margin = 0.1;

    private static readonly Digest Some = Digest.Of([1]);

    [Fact]
    public void The_smallest_of_those_within_the_interval_of_the_best_is_taken()
    {
        var recommendation = Recommendation.Of(Report(Result("full", 0.90, 900), Result("lora", 0.88, 20), Result("prompt", 0.60, 1)), Margin);
        Assert.Equal("lora", recommendation.Id);
        Assert.Contains(recommendation.Reasons, r => r.Contains("full has 90 %, but lora lies within its interval (from 85.6 %) at 2.2 % of its bytes", StringComparison.Ordinal));
    }

    [Fact]
    public void Where_nothing_small_does_as_well_LoRA_is_said_not_to_be_the_answer()
    {
        var recommendation = Recommendation.Of(Report(Result("full", 0.90, 900), Result("lora", 0.60, 20)), Margin);
        Assert.Equal("full", recommendation.Id);
        Assert.Contains(recommendation.Reasons, r => r.StartsWith("A low-rank update is not the answer here", StringComparison.Ordinal));
    }

    [Fact]
    public void Where_nothing_is_shown_to_be_better_than_the_base_none_is_taken()
    {
        var recommendation = Recommendation.Of(Report(Result("lora", 0.508, 20)), Margin);
        Assert.Null(recommendation.Id);
        Assert.StartsWith("No trial is shown to be better than the base on routing", Assert.Single(recommendation.Reasons), StringComparison.Ordinal);
    }

    [Fact]
    public void A_trial_that_forgets_is_passed_over()
    {
        var forgetful = Result("full", 0.95, 900) with { Retained = new TrialScore("facts", "acc", 240, 0.4, 0, 60, Some) };
        Assert.Equal("lora", Recommendation.Of(Report(forgetful, Result("lora", 0.80, 20)), Margin).Id);
        Assert.StartsWith("Every trial that is better on routing is not shown to keep facts within 10 points", Assert.Single(Recommendation.Of(Report(forgetful), Margin).Reasons), StringComparison.Ordinal);
    }

    [Fact]
    public void Updates_that_use_every_direction_ask_for_a_higher_rank()
    {
        var narrow = Result("lora", 0.9, 20) with { Spectrum = [new ModuleSpectrum("m", 2, 1.9, 2)] };
        Assert.Contains("Its updates use nearly every direction that they have: try a higher rank.", Recommendation.Of(Report(narrow), Margin).Reasons);
    }

    /// <summary>Of 240 items the base has half.</summary>
    private static TrialReport Report(params TrialResult[] results) => new(
        new EngineInfo("e", "v", "p", "cpu"), Some, "plan", new CheckpointIdentity("base", Some, Some), Score("routing", 0.5), Score("facts", 0.65), [new TrialRound(10, [])], results);

    private static TrialResult Result(string name, double value, long bytes) => new(
        name, new TrainedMethod(name, new Dictionary<string, string>()), 0.001, 10, bytes, 1, Score("routing", value), Score("facts", 0.65), [], []);

    private static TrialScore Score(string task, double value) => new(task, "acc", 240, value, (int)Math.Round((value - (task == "routing" ? 0.5 : 0.65)) * 240), 0, Some);
}

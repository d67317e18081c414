using Loragate.Artifacts.Records.Training;

namespace Loragate.Governance.Trials;

public sealed class TrialConsistencyTests
{
    private static readonly TrialResult Full = SampleTrials.Result("full", 216, 900);
    private static readonly TrialResult Lora = SampleTrials.Result("lora", 200, 20);

    [Fact]
    public void A_better_trial_that_was_left_out_of_the_results_is_missed()
    {
        var report = SampleTrials.Report(Full, Lora);
        Assert.Null(TrialConsistency.FaultOf(report));
        Assert.Equal("'full' was trained to its end and has no result", TrialConsistency.FaultOf(report with { Results = [Lora] }));
    }

    [Fact]
    public void Results_stand_in_the_order_and_with_the_losses_of_the_last_round()
    {
        var report = SampleTrials.Report(Full, Lora);
        Assert.Equal("its results stand in another order than the last round", TrialConsistency.FaultOf(report with { Results = [Lora, Full] }));
        Assert.Equal("'lora' has another validation loss than in the last round", TrialConsistency.FaultOf(report with { Results = [Full, Lora with { ValidationLoss = 0.5 }] }));
    }

    [Fact]
    public void Who_goes_on_was_tried_before_and_is_there_once()
    {
        var report = SampleTrials.Report(Full, Lora);
        var (last, given) = (report.Rounds[0], new TrialRun("dora", null, null, null, "no finite loss"));
        Assert.Null(TrialConsistency.FaultOf(report with { Rounds = [last with { Runs = [.. last.Runs, given] }, last] }));
        Assert.Equal("'full' of round 2 was in no round before", TrialConsistency.FaultOf(report with { Rounds = [last with { Runs = [last.Runs[1]] }, last] }));
        Assert.Equal("'dora' comes twice in round 1", TrialConsistency.FaultOf(report with { Rounds = [last with { Runs = [.. last.Runs, given, given] }] }));
        Assert.Equal("'dora' of round 1 was neither trained nor given up", TrialConsistency.FaultOf(report with { Rounds = [last with { Runs = [.. last.Runs, given with { ValidationLoss = 1 }] }] }));
    }

    [Theory]
    [InlineData("../lora")]
    [InlineData("a//b")]
    [InlineData("/lora")]
    [InlineData("c:lora")]
    [InlineData("a\\b")]
    [InlineData("a\nb")]
    [InlineData("a\u009bb")]
    public void A_name_that_leads_out_of_the_folder_or_off_its_line_is_refused(string id) =>
        Assert.EndsWith("' is no name of a trial or task", TrialConsistency.FaultOf(SampleTrials.Report(Lora with { Id = id })), StringComparison.Ordinal);
}

using Loragate.Artifacts.Records.Training;

namespace Loragate.Governance.Trials;

/// <summary>Four trials of LoRA are halved twice, and one of full fine-tuning begins in the last round: each way to leave something out is planted alone and named.</summary>
public sealed class RoundConsistencyTests
{
    private static readonly PlannedTrials Planned = new(
        new Dictionary<string, IReadOnlyList<string>> { ["lora"] = ["a", "b", "c", "d"], ["full"] = ["f"] },
        [new PlannedRound(5, new Dictionary<string, int> { ["lora"] = 4 }), new PlannedRound(10, new Dictionary<string, int> { ["lora"] = 2 }), new PlannedRound(20, new Dictionary<string, int> { ["lora"] = 1, ["full"] = 1 })]);

    private static readonly TrialRun[] First = [Run("a", 1), Run("b", 2), Run("c", 3), Run("d", 4)];
    private static readonly TrialRun[] Second = [Run("a", 1), Run("b", 2)];
    private static readonly TrialRun[] Last = [Run("a", 1), Run("f", 2)];

    [Fact]
    public void Rounds_as_they_were_planned_have_no_fault() => Assert.Null(FaultOf(First, Second, Last));

    [Fact]
    public void A_round_that_was_left_out_is_missed()
    {
        var report = Report(First, Second, Last);
        var shorter = report with { Rounds = [.. report.Rounds.Skip(1)] };
        Assert.Equal("its rounds are others than the planned ones", TrialConsistency.FaultOf(shorter));
        Assert.Equal("it tells a plan in which not all trials of lora are tried", TrialConsistency.FaultOf(shorter with { Planned = Planned with { Rounds = [.. Planned.Rounds.Skip(1)] } }));
        var alone = report with { Rounds = [report.Rounds[^1]], Planned = Planned with { Rounds = [Planned.Rounds[^1]] } };
        Assert.Equal("it tells a plan in which not all trials of lora are tried", TrialConsistency.FaultOf(alone));
    }

    [Fact]
    public void A_trial_that_was_left_out_of_a_round_is_missed_the_worst_as_well()
    {
        Assert.Equal("'d' of round 1 is missing", FaultOf(First[..3], Second, Last));
        Assert.Equal("'d' of round 1 is there in the place of one that comes before it", FaultOf([First[0], First[2], First[3]], Second, Last));
        Assert.Equal("'b' of round 2 is missing", FaultOf(First, Second[..1], Last));
        Assert.Equal("'f' of round 3 is missing", FaultOf(First, Second, Last[..1]));
    }

    [Fact]
    public void Only_the_best_go_on_and_only_to_places_that_there_are()
    {
        Assert.Equal("'c' of round 2 is there in the place of one that comes before it", FaultOf(First, [Run("a", 1), Run("c", 2)], Last));
        Assert.Equal("'b' of round 3 is there in the place of one that comes before it", FaultOf(First, Second, [Run("b", 1), Run("f", 2)]));
        Assert.Equal("'b' of round 3 has no place there", FaultOf(First, Second, [.. Last, Run("b", 3)]));
        Assert.Equal("'f' of round 1 has no place there", FaultOf([.. First, Run("f", 5)], Second, Last));
        Assert.Equal("'x' of round 2 was not planned", FaultOf(First, [.. Second, Run("x", 3)], Last));
        Assert.Equal("the trials of round 1 do not stand in the order by which it is chosen who goes on", FaultOf([First[1], First[0], .. First[2..]], Second, Last));
    }

    [Fact]
    public void Who_was_given_up_comes_no_more_and_the_next_best_takes_the_place()
    {
        TrialRun[] second = [Run("b", 2), Given("a")];
        Assert.Equal("'a' of round 3 was given up before", FaultOf(First, second, Last));
        Assert.Null(FaultOf(First, second, [Run("b", 1), Run("f", 2)]));
        Assert.Null(FaultOf(First, Second, [Run("b", 1), Run("f", 2), Given("a")]));
        Assert.Null(FaultOf([.. First[1..], Given("a")], [Run("b", 1), Run("c", 2)], [Run("b", 1), Run("f", 2)]));
    }

    [Theory]
    [InlineData(80, true)]
    [InlineData(99, true)]
    [InlineData(100, false)]
    [InlineData(null, false)]
    public void One_that_was_given_up_in_the_last_round_goes_without_a_replacement_where_the_budget_has_no_steps(int? budget, bool isSound)
    {
        // 4 of 5 steps, 2 of 10 and 2 of 20 are planned, and a replacement costs 20.
        var report = Report(First, Second, [Run("f", 2), Given("a")]) with { Planned = Planned with { Budget = budget } };
        Assert.Equal(isSound ? null : "in its last round the next best did not take the place of one that was given up, and the budget has the steps", TrialConsistency.FaultOf(report));
    }

    [Fact]
    public void Who_forgets_does_not_go_on_and_nobody_goes_on_unmeasured()
    {
        var kept = SampleTrials.Score("facts", 0, 156);
        TrialReport Retaining(Func<string, TrialScore?> score, TrialRun[] second, TrialRun[] last)
        {
            TrialRun With(TrialRun run) => run with { Retained = score(run.Id) };
            var report = Report([.. First.Select(With).OrderBy(run => run.Retained is { Value: < 0.5 })], [.. second.Select(With)], last);
            return report with { Retained = kept, Results = [.. report.Results.Select(result => result with { Retained = kept })] };
        }

        Assert.Null(TrialConsistency.FaultOf(Retaining(_ => kept, Second, Last)));
        Assert.Equal("'b' of round 1 has no score of what must not be forgotten, by which it is chosen who goes on", TrialConsistency.FaultOf(Retaining(id => id == "b" ? null : kept, Second, Last)));
        TrialScore Forgetting(string id) => id == "a" ? SampleTrials.Score("facts", 0, 20) : kept;
        Assert.Null(TrialConsistency.FaultOf(Retaining(Forgetting, [Run("b", 2), Run("c", 3)], [Run("b", 1), Run("f", 2)])));
        Assert.Equal("'a' of round 2 is there in the place of one that comes before it", TrialConsistency.FaultOf(Retaining(Forgetting, [Run("b", 2), Run("a", 1)], [Run("b", 1), Run("f", 2)])));
    }

    private static string? FaultOf(params TrialRun[][] rounds) => TrialConsistency.FaultOf(Report(rounds));

    private static TrialReport Report(params TrialRun[][] rounds) => SampleTrials.Report() with
    {
        Retained = null,
        Rounds = [.. rounds.Zip(Planned.Rounds, (runs, planned) => new TrialRound(planned.Steps, runs))],
        Results = [.. rounds[^1].Where(run => run.Receipt is not null).Select(run => SampleTrials.Result(run.Id == "f" ? "full" : "lora", 200, 20, run.Id) with { ValidationLoss = run.ValidationLoss!.Value, Retained = null })],
        Planned = Planned,
    };

    private static TrialRun Run(string id, double loss) => new(id, loss, SampleTrials.Some);

    private static TrialRun Given(string id) => new(id, null, null, null, "no finite loss");
}

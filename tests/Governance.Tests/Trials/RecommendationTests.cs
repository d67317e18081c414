using Loragate.Artifacts.Records.Evaluating;
using Loragate.Artifacts.Records.Training;
using static Loragate.Governance.Trials.SampleTrials;

namespace Loragate.Governance.Trials;

public sealed class RecommendationTests
{
    [Fact]
    public void The_smallest_low_rank_update_that_is_shown_to_lie_within_the_margin_of_the_best_is_taken()
    {
        var recommendation = Recommendation.Of(Report(Result("full", 216, 900), Result("lora", 213, 20), Result("prompt", 213, 1)));
        Assert.Equal(("lora", "full", LowRankFinding.Chosen), (recommendation.Id, recommendation.Best, recommendation.LowRank));
        Assert.Contains("full has 90 %, but lora is shown to lie less than 5 points behind it on the same items, at 2.2 % of its bytes.", recommendation.Reasons);
    }

    [Fact]
    public void Few_items_do_not_make_the_worse_one_as_good()
    {
        // 18 and 17 of 20: within anybody's interval, and shown to lie within five points by nobody.
        var report = Report(Result("full", 216, 900), Result("lora", 204, 20));
        var few = report with { Task = Few(report.Task), Retained = null, Results = [.. report.Results.Select(r => r with { Task = Few(r.Task), Retained = null })] };
        Assert.Equal(("full", LowRankFinding.Undecided), (Recommendation.Of(few).Id, Recommendation.Of(few).LowRank));

        static TrialScore Few(TrialScore score) => score with { Scores = [.. score.Scores.Where((_, i) => i % 12 == 0)] };
    }

    /// <summary>Each is held against each other one, and each must be told why it is not taken: all that is read of a trial is read once.</summary>
    [Fact]
    public void A_thousand_trials_that_are_close_are_held_against_each_other_in_seconds()
    {
        TrialResult[] results = [Result("full", 170, 900), .. Enumerable.Range(0, 999).Select(i => Result("lora", 164, 20, $"lora-{i}"))];
        var watch = System.Diagnostics.Stopwatch.StartNew();
        var recommendation = Recommendation.Of(Report(results));
        Assert.Equal(("full", LowRankFinding.Undecided), (recommendation.Id, recommendation.LowRank));
        Assert.True(watch.Elapsed < TimeSpan.FromSeconds(10), watch.Elapsed.ToString());
    }

    [Fact]
    public void Items_are_paired_so_equal_scores_on_other_items_are_not_the_same_result()
    {
        // Both have 180; one shares all of them with the best, the other trades 60 against 60, and may in truth be the best that the first is not shown to be near.
        var (best, near, other) = (Result("full", 182, 900), Result("lora", 180, 20), Result("dora", 0, 10) with { Task = Score("routing", 60, 240) });
        Assert.Equal("lora", Recommendation.Of(Report(best, near)).Id);
        Assert.Equal("full", Recommendation.Of(Report(best, other)).Id);
        Assert.Equal(("full", LowRankFinding.Undecided), (Recommendation.Of(Report(best, near, other)).Id, Recommendation.Of(Report(best, near, other)).LowRank));
    }

    [Fact]
    public void Where_low_rank_is_shown_to_be_worse_it_is_said_not_to_be_the_answer()
    {
        var recommendation = Recommendation.Of(Report(Result("full", 216, 900), Result("lora", 144, 20)));
        Assert.Equal(("full", LowRankFinding.NotTheAnswer), (recommendation.Id, recommendation.LowRank));
        Assert.Contains(recommendation.Reasons, r => r.StartsWith("A low-rank update is not the answer here, at the ranks and rates that were tried: lora (60 %) is shown to do worse", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(1, LowRankFinding.NotTheAnswer)]
    [InlineData(5, LowRankFinding.Undecided)]
    public void Worse_than_the_luckiest_of_five_is_not_worse(int others, LowRankFinding finding)
    {
        // 5 items lost, none gained: p = 0.013 against one that could not have been another.
        TrialResult[] results = [Result("lora", 210, 20), .. Enumerable.Range(0, others).Select(i => Result("full", 215 - i, 900, $"full-{i}"))];
        Assert.Equal(finding, Recommendation.Of(Report(results) with { Margins = new TrialMargins(0.005, 0.1) }).LowRank);
    }

    [Theory]
    [InlineData(0, true)]
    [InlineData(7, false)]
    public void What_the_luckiest_of_many_has_learnt_more_is_not_shown(int others, bool isShown)
    {
        // 5 items gained, none lost: p = 0.013 against one, and nothing for the one of eight that came out ahead.
        var forgetful = Result("full", 215, 900) with { Retained = Score("facts", 0, 96) };
        TrialResult[] results = [forgetful, Result("lora", 210, 20), .. Enumerable.Range(0, others).Select(i => Result("dora", 205, 30, $"dora-{i}"))];
        Assert.Equal(isShown, Recommendation.Of(Report(results)).Reasons.Any(r => r.StartsWith("full has 89.6 %, and is shown to have learnt more", StringComparison.Ordinal)));
    }

    [Fact]
    public void Where_who_went_on_was_chosen_by_what_is_kept_that_figure_is_optimistic()
    {
        var report = Report(Result("lora", 216, 20));
        var early = new TrialRound(3, [.. Enumerable.Range(0, 3).Select(i => new TrialRun(i == 0 ? "lora" : $"lora-{i}", 1, Some, Score("facts", 0, 156)))]);
        Assert.Contains("Which of the 3 that were tried went on was chosen by facts, so what it keeps of that is optimistic too.", Recommendation.Of(report with { Rounds = [early, .. report.Rounds] }).Reasons);
        Assert.DoesNotContain(Recommendation.Of(report).Reasons, r => r.Contains("optimistic", StringComparison.Ordinal));
    }

    [Fact]
    public void A_small_bottleneck_is_never_preferred_to_a_low_rank_update_that_does_as_well()
    {
        var recommendation = Recommendation.Of(Report(Result("bottleneck", 214, 10), Result("lora", 214, 20)));
        Assert.Equal(("lora", LowRankFinding.Chosen), (recommendation.Id, recommendation.LowRank));
    }

    [Fact]
    public void Between_shown_to_be_as_good_and_shown_to_be_worse_nothing_is_said_against_low_rank()
    {
        // 12 lost, 6 gained of 240: neither.
        var recommendation = Recommendation.Of(Report(Result("full", 216, 900), Result("lora", 0, 20) with { Task = Score("routing", 12, 222) }));
        Assert.Equal(("full", LowRankFinding.Undecided), (recommendation.Id, recommendation.LowRank));
        Assert.Contains(recommendation.Reasons, r => r.StartsWith("Whether a low-rank update does as well is not decided: lora (87.5 %) is shown neither to lie within 5 points of each other that may be taken nor to do worse than full.", StringComparison.Ordinal));
    }

    [Fact]
    public void A_low_rank_update_that_is_passed_over_for_what_it_forgets_is_said_to_forget()
    {
        // It has learnt as much as what is taken, so the score is no reason against it.
        var forgetful = Result("lora", 216, 20) with { Retained = Score("facts", 0, 96) };
        var recommendation = Recommendation.Of(Report(Result("full", 216, 900), forgetful));
        Assert.Equal(("full", LowRankFinding.Undecided), (recommendation.Id, recommendation.LowRank));
        Assert.Contains(recommendation.Reasons, r => r.Contains("lora (90 %) is not shown to keep facts within 10 points", StringComparison.Ordinal));
        Assert.DoesNotContain(recommendation.Reasons, r => r.Contains("nor", StringComparison.Ordinal));
    }

    [Fact]
    public void Trials_that_went_no_further_count_among_those_that_luck_could_choose_from()
    {
        // 3 items gained of 240, none lost: p = 0.04 alone, and nothing for the one of twenty that went on.
        var lucky = Result("lora", 123, 20);
        var early = new TrialRound(3, [.. Enumerable.Range(0, 20).Select(i => new TrialRun(i == 0 ? lucky.Id : $"lora-{i}", 1, Some))]);
        var report = Report(lucky);
        Assert.Equal("lora", Recommendation.Of(report).Id);
        Assert.Null(Recommendation.Of(report with { Rounds = [early, .. report.Rounds] }).Id);
    }

    [Fact]
    public void Layers_are_compared_where_several_were_tuned()
    {
        static IReadOnlyList<string> Reasons(params LayerEffect[] layers) => Recommendation.Of(Report(Result("lora", 216, 20) with { Layers = layers })).Reasons;

        Assert.Contains("Layer 3 matters most, layer 1 least.", Reasons(new(1, 0.1), new(3, 0.4)));
        Assert.DoesNotContain(Reasons(new LayerEffect(3, 0.4)), reason => reason.StartsWith("Layer", StringComparison.Ordinal));
    }

    [Fact]
    public void A_task_whose_rows_were_learnt_is_called_no_sign_of_anything()
    {
        var report = Report(Result("lora", 216, 20)) with { Screened = [new ScreenedTask("routing", Some, Some, 240, 0, [new OverlappingRow(7, 1)]), new ScreenedTask("facts", Some, Some, 240, 0, [])] };
        Assert.Single(Recommendation.Of(report).Reasons, reason => reason.StartsWith("1 of the 240 rows of routing overlap with the data that the trials saw", StringComparison.Ordinal));
    }

    [Fact]
    public void Without_a_low_rank_trial_nothing_is_said_against_it()
    {
        var recommendation = Recommendation.Of(Report(Result("full", 216, 900)));
        Assert.Equal(LowRankFinding.NotTried, recommendation.LowRank);
        Assert.DoesNotContain(recommendation.Reasons, r => r.Contains("not the answer", StringComparison.Ordinal));
    }

    [Fact]
    public void A_low_rank_trial_that_was_planned_and_given_up_is_named_with_its_fault()
    {
        var full = Result("full", 216, 900);
        var (report, given) = (Report(full), new TrialRun("lora-r8", null, null, Fault: "the loss was no number"));
        var planned = new PlannedTrials(new Dictionary<string, IReadOnlyList<string>> { ["full"] = ["full"], ["lora"] = ["lora-r8"] }, [new PlannedRound(10, new Dictionary<string, int> { ["full"] = 1, ["lora"] = 1 })]);
        var recommendation = Recommendation.Of(report with { Planned = planned, Rounds = [report.Rounds[0] with { Runs = [.. report.Rounds[0].Runs, given] }] });
        Assert.Equal(LowRankFinding.NotTried, recommendation.LowRank);
        Assert.Contains("No low-rank update was run to its end: lora-r8 was given up (the loss was no number). Try other rates or more steps before anything is said of LoRA.", recommendation.Reasons);
        Assert.Contains(Recommendation.Of(report).Reasons, reason => reason.EndsWith("add one to the plan before anything is said of LoRA.", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(216)]
    [InlineData(187)]
    [InlineData(203)]
    public void A_bound_that_is_told_is_never_more_than_what_is_proved(int right)
    {
        var report = Report(Result("lora", right, 20) with { Retained = Score("facts", 12, 168) });
        var findings = new TrialFindings(report, Recommendation.Alpha, 0.2);
        var told = string.Join(' ', Recommendation.Of(report, 0.2).Reasons);
        double Told(string words) => double.Parse(System.Text.RegularExpressions.Regex.Match(told, words + " ([0-9.]+) points").Groups[1].Value, System.Globalization.CultureInfo.InvariantCulture) / 100;
        Assert.InRange(findings.LeastGain(report.Results[0]) - Told("at least"), 0, 0.001);
        Assert.InRange(Told("loses at most") - findings.MostLost(report.Results[0])!.Value, 0, 0.001);
    }

    [Fact]
    public void Where_nothing_is_shown_to_be_better_than_the_base_none_is_taken()
    {
        var recommendation = Recommendation.Of(Report(Result("lora", 122, 20)));
        Assert.Null(recommendation.Id);
        Assert.StartsWith("No trial is shown to be better than the base on routing", Assert.Single(recommendation.Reasons), StringComparison.Ordinal);
    }

    [Fact]
    public void What_one_trial_shows_is_not_shown_by_the_luckiest_of_many()
    {
        // 3 items gained of 240, none lost: p = 0.04 alone, and nothing among twenty.
        var lucky = Result("lora", 123, 20);
        Assert.Equal("lora", Recommendation.Of(Report(lucky)).Id);
        Assert.Null(Recommendation.Of(Report([lucky, .. Enumerable.Range(0, 19).Select(i => Result("lora", 120, 20, $"lora-{i}"))])).Id);
    }

    [Fact]
    public void The_score_of_one_chosen_among_several_is_called_optimistic()
    {
        Assert.Contains(Recommendation.Of(Report(Result("lora", 216, 20), Result("dora", 210, 20))).Reasons, r => r.StartsWith("It was chosen among 2 by the items that it is scored on, so its own score is optimistic", StringComparison.Ordinal));
        Assert.DoesNotContain(Recommendation.Of(Report(Result("lora", 216, 20))).Reasons, r => r.Contains("optimistic", StringComparison.Ordinal));
    }

    [Fact]
    public void A_trial_that_forgets_is_passed_over_and_named()
    {
        var forgetful = Result("full", 228, 900) with { Retained = Score("facts", 0, 96) };
        var recommendation = Recommendation.Of(Report(forgetful, Result("lora", 192, 20)));
        Assert.Equal("lora", recommendation.Id);
        Assert.Contains(recommendation.Reasons, r => r.StartsWith("full has 95 %, and is shown to have learnt more, but it is not shown to keep facts within 10 points", StringComparison.Ordinal));
        Assert.StartsWith("No trial is shown both to be better on routing and to keep facts within 10 points", Assert.Single(Recommendation.Of(Report(forgetful)).Reasons), StringComparison.Ordinal);
        Assert.Equal("full", Recommendation.Of(Report(forgetful), retained: 0.4).Id);
    }

    [Fact]
    public void Scores_between_0_and_1_are_compared_by_their_size_and_not_counted()
    {
        // Every item a twentieth better: counted, all were gained; measured, it is five points.
        var slightly = Result("lora", 0, 20) with { Task = Score("routing", i => (i < 120 ? 0.9 : 0) + 0.05 + 0.01 * (i % 2)) };
        var report = Report(slightly) with { Task = Score("routing", i => i < 120 ? 0.9 : 0) };
        Assert.Contains(Recommendation.Of(report).Reasons, r => r.Contains("240 items gained, 0 lost; at least 5.4 points better", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(1, 1.0, 1, "Its updates use 1 of 1 directions on average: of so few, that does not tell whether more would help; a trial of a higher rank would.")]
    [InlineData(4, 3.9, 4, "Its updates use 3.9 of 4 directions on average: of so few, that does not tell")]
    [InlineData(8, 7.5, 8, "Its updates use 7.5 of 8 directions on average, nearly every one that they have: try a higher rank.")]
    [InlineData(8, 3.3, 4, "Its updates use 3.3 of 8 directions on average: more rank is not what is missing.")]
    public void What_the_spectrum_says_of_the_rank_depends_on_how_many_directions_there_are(int rank, double effective, int ofEnergy, string words)
    {
        var trial = Result("lora", 216, 20) with { Spectrum = [new ModuleSpectrum("m", rank, effective, ofEnergy, rank)] };
        Assert.Contains(Recommendation.Of(Report(trial)).Reasons, r => r.StartsWith(words, StringComparison.Ordinal));
    }

    [Fact]
    public void A_trial_of_a_higher_rank_says_more_than_the_spectrum()
    {
        var narrow = Result("lora", 216, 20, "lora-r8") with { Spectrum = [new ModuleSpectrum("m", 8, 7.5, 8, 8)] };
        var wide = Result("lora", 215, 40, "lora-r16") with { Spectrum = [new ModuleSpectrum("m", 16, 9, 10, 14)] };
        Assert.Contains("Its updates use 7.5 of 8 directions on average; of higher rank lora-r16 (89.6 %) was tried.", Recommendation.Of(Report(narrow, wide)).Reasons);
    }

    [Fact]
    public void What_full_fine_tuning_changed_says_which_rank_the_data_asked_for()
    {
        var whole = Result("full", 216, 200) with { Spectrum = [new ModuleSpectrum("m", 128, 20, 30, 60), new ModuleSpectrum("n", 128, 21, 33, 70)] };
        var narrow = Result("lora", 216, 20, "lora-r8") with { Spectrum = [new ModuleSpectrum("m", 8, 3.3, 4, 6)] };
        Assert.Contains("Full fine-tuning's change (full) has an effective rank of 20.5 on average: 31.5 of 128 directions hold 90 % of its energy, 65 hold 99 %; lora-r8 has 8.", Recommendation.Of(Report(whole, narrow)).Reasons);
        Assert.Contains(Recommendation.Of(Report(whole)).Reasons, reason => reason.EndsWith("65 hold 99 %.", StringComparison.Ordinal));
    }

    [Fact]
    public void A_DoRA_update_has_no_low_rank_that_more_rank_could_raise() => Assert.DoesNotContain(
        Recommendation.Of(Report(Result("dora", 216, 20) with { Spectrum = [new ModuleSpectrum("m", 128, 9, 20, 60)] })).Reasons, reason => reason.StartsWith("Its updates use", StringComparison.Ordinal));

    [Fact]
    public void A_report_that_does_not_hold_together_is_refused()
    {
        var trial = Result("lora", 216, 20);
        Assert.Equal("it has no results", TrialConsistency.FaultOf(Report()));
        Assert.Equal("a trial comes twice", TrialConsistency.FaultOf(Report(trial, trial)));
        Assert.Equal("a result is of no trial of the last round", TrialConsistency.FaultOf(Report(trial) with { Rounds = [new TrialRound(10, [new TrialRun("lora", null, null, null, "given up")])] }));
        Assert.Equal("its scores are not of the same items from 0 to 1", TrialConsistency.FaultOf(Report(trial with { Task = trial.Task with { Scores = [1] } })));
        Assert.Equal("its scores are not of the same items from 0 to 1", TrialConsistency.FaultOf(Report(trial with { Task = Score("routing", _ => 2) })));
        Assert.Equal("its scores of what must not be forgotten are not of the same items from 0 to 1", TrialConsistency.FaultOf(Report(trial with { Retained = null })));
        Assert.Null(TrialConsistency.FaultOf(Report(trial)));
        Assert.Throws<ArgumentException>(() => Recommendation.Of(Report()));
    }
}

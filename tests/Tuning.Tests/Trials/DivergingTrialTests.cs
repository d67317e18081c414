namespace Loragate.Tuning.Trials;

/// <summary>Trials that are given up, and who takes their places.</summary>
public sealed class DivergingTrialTests : IDisposable
{
    private readonly TrialSample _sample = new();

    [Fact]
    public void A_trial_that_diverges_is_given_up_and_the_others_go_on()
    {
        const string Trials = "trials:\n  - {method: full, learningRate: [100000000000000000000000000000.0, 0.002]}\n";
        var told = new List<TrialProgress>();
        var report = _sample.Run(Trials, new HeardTrials(told.Add));
        Assert.Equal((2 * 4, 2 * 4), (told[^1].Done, told[^1].Planned));
        Assert.Equal(["full-lr0.002", "full-lr1E+29"], report.Rounds[0].Runs.Select(r => r.Id));
        Assert.Contains("no finite number", report.Rounds[0].Runs[1].Fault!, StringComparison.Ordinal);
        Assert.Equal("full-lr0.002", Assert.Single(report.Results).Id);
        var steps = 0;
        Assert.Equal(report.ComputeDigest(), _sample.Run(Trials, HeardTrials.Steps(() => steps++)).ComputeDigest());
        Assert.Equal(0, steps);
    }

    [Fact]
    public void Where_every_trial_diverges_the_first_is_named() =>
        Assert.Contains("no trial could be trained to its end: full-lr1E+29, step 2", Assert.Throws<TuningException>(() => _sample.Run("trials:\n  - {method: full, learningRate: 100000000000000000000000000000.0}\n")).Message, StringComparison.Ordinal);

    [Fact]
    public void Where_all_trials_of_the_first_round_diverge_the_reason_is_told() => Assert.Contains(
        "no trial could be trained to its end: full-lr1E+29, step 2",
        Assert.Throws<TuningException>(() => _sample.Run("halving: 2\ntrials:\n  - {method: full, learningRate: [100000000000000000000000000000.0, 200000000000000000000000000000.0]}\n")).Message,
        StringComparison.Ordinal);

    [Fact]
    public void Where_those_who_went_on_are_given_up_the_next_best_take_their_places()
    {
        const string Trials = "halving: 2\ntrials:\n  - {method: lora, rank: 1, learningRate: [0.001, 0.002, 0.004, 0.008]}\n";
        var first = _sample.Run(Trials);
        Assert.Equal([4, 2, 1], first.Rounds.Select(round => round.Runs.Count));
        var ranked = first.Rounds[0].Runs.Select(run => run.Id).ToList();
        foreach (var folder in new[] { "2", "3" })
            Directory.Delete(Path.Combine(_sample.Output, "rounds", folder), recursive: true);
        foreach (var id in ranked.Take(2))
            _sample.Temp.Write($"out/rounds/2/{id}.fault.json", "\"step 2: no finite number\""u8);
        var second = _sample.Run(Trials);
        Assert.Equal(ranked.Take(2).Order(), second.Rounds[1].Runs.Select(run => run.Id));
        Assert.Equal(ranked[2], Assert.Single(second.Results).Id);
    }

    [Fact]
    public void A_finalist_that_is_given_up_is_replaced_while_the_budget_has_steps()
    {
        const string Trials = "halving: 2\ntrials:\n  - {method: lora, rank: 1, learningRate: [0.001, 0.002, 0.004, 0.008]}\n";
        var ranked = _sample.GiveUpFinalist(Trials);
        var report = _sample.Run(Trials);
        Assert.Equal([ranked[1], ranked[0]], report.Rounds[2].Runs.Select(run => run.Id));
        Assert.Equal(ranked[1], Assert.Single(report.Results).Id);
        Assert.Equal(["rounds/2", "rounds/3"], _sample.Spent(ranked[1]));

        // 4 of 1, 2 of 2 and 1 of 4 steps are planned: one more of 4 is beyond twelve.
        Directory.Delete(_sample.Output, recursive: true);
        const string Bound = "budget: 12\n" + Trials;
        ranked = _sample.GiveUpFinalist(Bound);
        Assert.Contains($"those that went on were given up ({ranked[0]}, step 2: no finite number), and the budget has no steps for the next best", Assert.Throws<TuningException>(() => _sample.Run(Bound)).Message, StringComparison.Ordinal);
        Assert.Empty(_sample.Spent(ranked[1]).Skip(1));
    }

    [Fact]
    public void A_place_that_somebody_planned_takes_costs_no_replacement_its_budget()
    {
        // Two of full and two of three of lora are run to their end: 3 of 2 and 4 of 4 steps, and 4 for one replacement.
        const string Trials = "halving: 2\nfinalists: 2\nbudget: 26\ntrials:\n  - {method: full, learningRate: [0.001, 0.002]}\n  - {method: lora, rank: 1, learningRate: [0.001, 0.002, 0.004]}\n";
        var first = _sample.Run(Trials);
        Assert.Equal([3, 4], first.Rounds.Select(round => round.Runs.Count));
        var ranked = first.Rounds[0].Runs.Select(run => run.Id).ToList();
        Directory.Delete(Path.Combine(_sample.Output, "rounds", "2"), recursive: true);
        foreach (var id in new[] { "full-lr0.001", ranked[0] })
            _sample.Temp.Write($"out/rounds/2/{id}.fault.json", "\"step 2: no finite number\""u8);
        Assert.Equal(["full-lr0.002", .. ranked.Skip(1).Order()], _sample.Run(Trials).Results.Select(result => result.Id).Order());
    }

    [Fact]
    public void Places_that_nobody_is_left_for_leave_their_steps_to_others()
    {
        // Both of lora are given up in the first round: 4 of 2 and 2 of 4 steps are planned, and the place of the last 4 is free.
        const string Trials = "halving: 2\nbudget: 16\ntrials:\n  - {method: full, learningRate: [0.001, 0.002]}\n  - {method: lora, rank: 1, learningRate: [0.001, 0.002]}\n";
        var ranked = _sample.Run(Trials).Rounds[0].Runs.Select(run => run.Id).Where(id => id.StartsWith("full", StringComparison.Ordinal)).ToList();
        Directory.Delete(Path.Combine(_sample.Output, "rounds"), recursive: true);
        foreach (var fault in new[] { "1/lora-r1-lr0.001", "1/lora-r1-lr0.002", $"2/{ranked[0]}" })
            _sample.Temp.Write($"out/rounds/{fault}.fault.json", "\"step 2: no finite number\""u8);
        var told = new List<TrialProgress>();
        var report = _sample.Run(Trials, new HeardTrials(told.Add));
        Assert.Equal([ranked[1], ranked[0]], report.Rounds[1].Runs.Select(run => run.Id));
        Assert.Equal((16, 16), (told[^1].Done, told[^1].Planned));
    }

    public void Dispose() => _sample.Dispose();
}

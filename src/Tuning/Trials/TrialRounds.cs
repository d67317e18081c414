using Loragate.Artifacts.Records.Training;

namespace Loragate.Tuning.Trials;

/// <summary>The rounds of a plan's run: who is trained in each, and who goes on.</summary>
/// <param name="request">The plan, the base and the machine.</param>
/// <param name="inputs">What the trials are made from.</param>
/// <param name="folder">Where they lie.</param>
/// <param name="meter">What measures them.</param>
/// <param name="ofBase">What the base does of what must not be forgotten; null where nobody asked.</param>
/// <param name="progress">Hears how far the plan is.</param>
/// <param name="cancellation">Stops between steps.</param>
internal sealed class TrialRounds(TrialRequest request, TrialInputs inputs, TrialFolder folder, CostMeter meter, TrialScore? ofBase, IProgress<TrialProgress>? progress, CancellationToken cancellation)
{
    private readonly List<TrialRound> _rounds = [];
    private readonly List<TrialCost> _costs = [];
    private long _done;
    private long _planned = request.Plan.PlannedSteps;

    /// <summary>The rounds that were run.</summary>
    public IReadOnlyList<TrialRound> Rounds => _rounds;

    /// <summary>What each trial of each round took.</summary>
    public IReadOnlyList<TrialCost> Costs => _costs;

    /// <summary>Runs all rounds.</summary>
    /// <returns>What the last round has come to, best first.</returns>
    /// <exception cref="TuningException">No trial was trained to its end.</exception>
    public IReadOnlyList<TrialOutcome> Run()
    {
        List<TrialOutcome> outcomes = [];
        var left = request.Plan.Trials;
        foreach (var round in request.Plan.Rounds)
        {
            outcomes = Run(round, left, isLast: _rounds.Count + 1 == request.Plan.Rounds.Count);
            _rounds.Add(new TrialRound(round.Steps, [.. outcomes.Select(outcome => outcome.ToRun())]));
            _costs.AddRange(outcomes.Select(outcome => outcome.Cost));
            left = [.. outcomes.Where(outcome => outcome.Receipt is not null).Select(outcome => outcome.Trial), .. left.Except(outcomes.Select(outcome => outcome.Trial))];
        }
        return outcomes.Exists(outcome => outcome.Receipt is not null) ? outcomes : throw NoneLeft(left);
    }

    /// <summary>Tells that a trial, or the base, is scored and looked into.</summary>
    public void TellMeasuring(string what) => progress?.Report(new TrialProgress(_done, _planned, what, Loss: null));

    /// <summary>Tells the parts of a trial that are looked into.</summary>
    public IProgress<TrialPart> PartsOf(Trial trial) => new PartRelay(progress, trial, _done, _planned);

    /// <summary>Trains so many of each method as are planned. In the last round the next best of those that were passed over take the places of those that are given up, while the budget has their steps. The steps of places that nobody is left for are free.</summary>
    private List<TrialOutcome> Run(PlannedRound round, IReadOnlyList<Trial> left, bool isLast)
    {
        var (number, outcomes) = (_rounds.Count + 1, new List<TrialOutcome>());
        _planned -= round.Steps * round.Trials.Sum(places => Math.Max(0L, places.Value - left.Count(trial => trial.Method.Name == places.Key)));
        foreach (var (method, count) in round.Trials)
        {
            var waiting = new Queue<Trial>(left.Where(trial => trial.Method.Name == method));
            for (var missing = count; missing > 0 && waiting.TryDequeue(out var trial);)
            {
                var outcome = Train(trial, number, trial.Steps ?? round.Steps);
                outcomes.Add(outcome);
                if (outcome.Receipt is null && isLast && waiting.Count >= missing && HasBudget(round.Steps))
                    _planned += round.Steps;
                else
                    missing--;
            }
        }
        var measured = isLast ? outcomes : WithRetained(number, outcomes);
        return [.. TrialOutcome.Ranked(measured, ofBase, request.Plan.Margins.Retained)];
    }

    private bool HasBudget(int steps) => request.Plan.Budget is not { } budget || _planned + steps <= budget;

    private TrialOutcome Train(Trial trial, int round, int steps)
    {
        var outcome = Train(trial, round, request.TrainingOf(trial, steps, folder.Of(round, trial)) with { Made = made => folder.Vouch(round, trial, made), MayGoOn = state => folder.MayGoOn(round, trial, state) });
        _done += steps;
        return outcome;
    }

    private TrialOutcome Train(Trial trial, int round, TrainingRequest training)
    {
        if (folder.TakeFaultOrSetAside(round, trial) is { } earlier)
            return new TrialOutcome(trial, null, earlier, folder.Cost(round, trial));
        if (folder.TakeTrainedOrSetAside(round, trial, made => inputs.OthersIn(made, training), cancellation) is { } finished)
            return new TrialOutcome(trial, finished, null, folder.Cost(round, trial));
        folder.SetForeignCheckpointAside(round, trial);
        Directory.CreateDirectory(Path.GetDirectoryName(training.Output)!);
        var isWhole = !folder.IsInterrupted(round, trial);
        meter.Start();
        try
        {
            var receipt = TrialFault.Named(trial, training.Output, () => Trainer.Train(training, new Relay(progress, trial, _done, _planned), cancellation));
            TrialFolder.RefuseOthers(training.Output, inputs.OthersIn(receipt.Inputs, training));
            folder.Keep(round, trial, isWhole ? meter.Finish() : null);
            return new TrialOutcome(trial, receipt, null, folder.Cost(round, trial));
        }
        catch (DivergenceException fault)
        {
            folder.Keep(round, trial, isWhole ? meter.Finish() : null);
            folder.GiveUp(round, trial, $"{fault.Place}: {fault.Fault}");
            return new TrialOutcome(trial, null, $"{fault.Place}: {fault.Fault}", folder.Cost(round, trial));
        }
    }

    /// <summary>Who forgets what must be kept does not go on, however low its loss.</summary>
    private List<TrialOutcome> WithRetained(int round, List<TrialOutcome> outcomes)
    {
        using var scoring = new TrialScoring(request, inputs, folder, cancellation);
        return [.. outcomes.Select(outcome => outcome.Receipt is null ? outcome : outcome with { Retained = Retained(scoring, round, new TrainedTrial(outcome.Trial, outcome.Receipt, folder.Of(round, outcome.Trial))) })];
    }

    private TrialScore? Retained(TrialScoring scoring, int round, TrainedTrial trained)
    {
        TellMeasuring(trained.Trial.Id);
        return scoring.Retained(round, trained);
    }

    private TuningException NoneLeft(IReadOnlyList<Trial> left)
    {
        var given = _rounds.Last(round => round.Runs.Count > 0).Runs[0];
        return left.Count == 0
            ? new TuningException(request.Plan.Name, $"no trial could be trained to its end: {given.Id}, {given.Fault}", "Lower the learning rates, and name a new folder.")
            : new TuningException(
                request.Plan.Name, $"no trial was trained to its end: those that went on were given up ({given.Id}, {given.Fault}), and the budget has no steps for the next best", "Raise the budget or lower the learning rates, and name a new folder.");
    }

    private sealed class Relay(IProgress<TrialProgress>? progress, Trial trial, long before, long planned) : IProgress<TrainingProgress>
    {
        public void Report(TrainingProgress value) => progress?.Report(new TrialProgress(before + value.Step, planned, trial.Id, value.Loss));
    }

    private sealed class PartRelay(IProgress<TrialProgress>? progress, Trial trial, long done, long planned) : IProgress<TrialPart>
    {
        public void Report(TrialPart value) => progress?.Report(new TrialProgress(done, planned, trial.Id, Loss: null, value));
    }
}

using Loragate.Artifacts;
using Loragate.Artifacts.Checkpoints;
using Loragate.Artifacts.Records;
using Loragate.Artifacts.Records.Merging;
using Loragate.Artifacts.Records.Training;
using Loragate.EvalHarness.Evaluating;
using Loragate.Tuning.Methods;

namespace Loragate.Tuning.Trials;

/// <summary>Runs a plan's trials round by round, and measures what comes of the last one.</summary>
public static class TrialRunner
{
    /// <summary>
    /// Runs a plan into the output (docs/formats/trial.v1.md). All that it reads is read first, and the base is scored, so that what is unsuitable shows before
    /// anything is trained. A trial whose numbers do not stay finite is given up, and the others go on; where too few of a method are left, those that the round before passed over take
    /// their places. An interrupted run goes on after the last trial that was finished, and within one where it was.
    /// </summary>
    /// <exception cref="TuningException">The output is of other inputs, a trial's data or settings are unsuitable, or no trial could be trained.</exception>
    /// <exception cref="MalformedInputException">Base, tasks or data are malformed.</exception>
    public static TrialReport Run(TrialRequest request, CostMeter meter, IProgress<TrialProgress>? progress = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(request);
        ArgumentNullException.ThrowIfNull(meter);
        request.Check();
        var (inputs, folder) = (TrialInputs.Read(request), new TrialFolder(request.Output));
        if (!folder.IsOf(inputs))
        {
            folder.CheckFree(inputs);
            inputs.CheckFit(request, cancellationToken);
            folder.Claim(inputs);
        }
        var (task, retained) = ScoreBase(request, inputs, cancellationToken);
        var (done, left, rounds, costs) = (0L, request.Plan.Trials, new List<TrialRound>(), new List<TrialCost>());
        List<TrialOutcome> outcomes = [];
        foreach (var round in request.Plan.Rounds)
        {
            var number = rounds.Count + 1;
            outcomes = [];
            foreach (var trial in round.Trials.SelectMany(method => left.Where(t => t.Method.Name == method.Key).Take(method.Value)))
            {
                var steps = trial.Steps ?? round.Steps;
                outcomes.Add(Train(request, folder, meter, trial, number, steps, new Relay(progress, trial, done, request.Plan.PlannedSteps), cancellationToken));
                done += steps;
            }
            if (number < request.Plan.Rounds.Count)
                outcomes = WithRetained(request, inputs, folder, number, outcomes, cancellationToken);
            outcomes = [.. TrialOutcome.Ranked(outcomes, retained, request.Plan.Retained?.Margin ?? 0)];
            rounds.Add(new TrialRound(round.Steps, [.. outcomes.Select(outcome => outcome.ToRun())]));
            costs.AddRange(outcomes.Select(outcome => outcome.Cost));
            left = [.. outcomes.Where(outcome => outcome.Receipt is not null).Select(outcome => outcome.Trial), .. left.Except(outcomes.Select(outcome => outcome.Trial))];
        }
        if (outcomes.TrueForAll(outcome => outcome.Receipt is null))
        {
            var given = rounds.SelectMany(round => round.Runs).First(run => run.Fault is not null);
            throw new TuningException(request.Plan.Name, $"no trial could be trained to its end: {given.Id}, {given.Fault}", "Lower the learning rates, and name a new folder.");
        }
        var (results, times) = Measure(request, inputs, folder, meter, rounds.Count, outcomes, progress, cancellationToken);
        using var checkpoint = Checkpoint.Open(request.Base);
        var report = new TrialReport(
            new EngineInfo("loragate.trial", request.Version, request.Plan.Halving is { } eta ? $"successive-halving-{eta}/3" : "grid/1", request.Device.Split(':')[0]),
            request.Plan.Digest,
            request.Plan.Name,
            new CheckpointIdentity(BaseName.Of(checkpoint), checkpoint.ConfigDigest, TensorDigest.OfWeights(request.Weights)),
            task,
            retained,
            new TrialMargins(request.Plan.Task.Margin, request.Plan.Retained?.Margin ?? 0),
            rounds,
            results,
            inputs.Screened);
        folder.Keep(report, new TrialCosts([.. costs.Where(cost => cost.Round < rounds.Count), .. times], request.Plan.Watts));
        return report;
    }

    private static (TrialScore Task, TrialScore? Retained) ScoreBase(TrialRequest request, TrialInputs inputs, CancellationToken cancellation)
    {
        using var scoring = new TrialScoring(request, inputs, cancellation);
        return scoring.OfBase();
    }

    private static TrialOutcome Train(TrialRequest request, TrialFolder folder, CostMeter meter, Trial trial, int round, int steps, Relay progress, CancellationToken cancellation)
    {
        if (folder.GivenUp(round, trial) is { } earlier)
            return new TrialOutcome(trial, null, earlier, folder.Cost(round, trial));
        if (folder.Trained(round, trial, steps, cancellation) is { } finished)
            return new TrialOutcome(trial, finished, null, folder.Cost(round, trial));
        Directory.CreateDirectory(Path.GetDirectoryName(folder.Of(round, trial))!);
        var isWhole = !folder.IsInterrupted(round, trial);
        meter.Start();
        try
        {
            var receipt = TrialFault.Named(trial, () => Trainer.Train(request.TrainingOf(trial, steps, folder.Of(round, trial)), progress, cancellation));
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
    private static List<TrialOutcome> WithRetained(TrialRequest request, TrialInputs inputs, TrialFolder folder, int round, List<TrialOutcome> outcomes, CancellationToken cancellation)
    {
        using var scoring = new TrialScoring(request, inputs, cancellation);
        return [.. outcomes.Select(outcome => outcome.Receipt is null ? outcome : outcome with { Retained = scoring.Retained(round, outcome.Trial, folder.Of(round, outcome.Trial)) })];
    }

    private static (IReadOnlyList<TrialResult> Results, IReadOnlyList<TrialCost> Costs) Measure(
        TrialRequest request, TrialInputs inputs, TrialFolder folder, CostMeter meter, int round, List<TrialOutcome> outcomes, IProgress<TrialProgress>? progress, CancellationToken cancellation)
    {
        using var scoring = new TrialScoring(request, inputs, cancellation);
        using var probe = new TrialProbe(request, inputs, meter.Clock, cancellation);
        var (results, costs) = (new List<TrialResult>(), new List<TrialCost>());
        foreach (var (trial, receipt, _, cost, _) in outcomes)
        {
            progress?.Report(new TrialProgress(request.Plan.PlannedSteps, request.Plan.PlannedSteps, trial.Id, Loss: null));
            var place = folder.Of(round, trial);
            costs.Add(receipt is null ? cost : probe.Time(cost, trial, place));
            if (receipt is null)
                continue;
            var (task, retained) = scoring.Of(round, trial, place);
            results.Add(new TrialResult(
                trial.Id,
                receipt.Inputs.Method,
                trial.LearningRate,
                receipt.Parameters,
                receipt.Files.Where(file => file.Path.EndsWith(".safetensors", StringComparison.Ordinal)).Sum(file => file.Size),
                receipt.Validations.Min(v => v.Loss),
                task,
                retained,
                probe.Spectrum(trial, place),
                probe.Layers(trial, place)));
        }
        return (results, costs);
    }

    private sealed class Relay(IProgress<TrialProgress>? progress, Trial trial, long before, long planned) : IProgress<TrainingProgress>
    {
        public void Report(TrainingProgress value) => progress?.Report(new TrialProgress(before + value.Step, planned, trial.Id, value.Loss));
    }
}

using Loragate.Artifacts;
using Loragate.Artifacts.Records;
using Loragate.Artifacts.Records.Evaluating;
using Loragate.Artifacts.Records.Training;

namespace Loragate.Tuning.Trials;

/// <summary>Runs a plan's trials round by round, and measures what comes of the last one.</summary>
public static class TrialRunner
{
    /// <summary>
    /// Runs a plan into the output (docs/formats/trial.v1.md). All that it reads is read first, and the base is scored, so that what is unsuitable shows before
    /// anything is trained. A trial whose numbers do not stay finite is given up, and the others go on; where too few of a method are left, those that rounds before passed over take
    /// their places. An interrupted run goes on after the last trial that was finished, and within one where it was.
    /// </summary>
    /// <exception cref="TuningException">The output is of other inputs, a trial's data or settings are unsuitable, or no trial could be trained.</exception>
    /// <exception cref="MalformedInputException">Base, tasks or data are malformed.</exception>
    public static TrialReport Run(TrialRequest request, CostMeter meter, IProgress<TrialProgress>? progress = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(request);
        ArgumentNullException.ThrowIfNull(meter);
        request.Check();
        using var folder = new TrialFolder(request.Output, request.Notes);
        folder.CheckPlace();
        folder.Take();
        var inputs = TrialInputs.Read(request, cancellationToken);
        if (!folder.IsOf(inputs))
        {
            folder.CheckFree(inputs);
            inputs.CheckFit(request, cancellationToken);
            folder.Claim(inputs);
        }
        folder.Open(inputs, request.Plan, request.Seal);
        progress?.Report(new TrialProgress(0, request.Plan.PlannedSteps, "the base", Loss: null));
        var (task, retained, asked) = ScoreBase(request, inputs, folder, cancellationToken);
        var rounds = new TrialRounds(request, inputs, folder, meter, retained, progress, cancellationToken);
        var (results, times) = Measure(request, inputs, folder, meter, rounds, rounds.Run(), cancellationToken);
        var report = new TrialReport(
            new EngineInfo("loragate.trial", request.Version, request.Plan.Halving is { } eta ? $"successive-halving-{eta}/4" : "grid/1", request.Device.Split(':')[0]),
            request.Plan.Digest,
            request.Plan.Name,
            inputs.Base,
            task,
            retained,
            request.Plan.Margins,
            rounds.Rounds,
            results,
            inputs.Screened,
            asked,
            request.Plan.Planned);
        folder.ReplaceReportAndForeignSignature(report, new TrialCosts([.. rounds.Costs.Where(cost => cost.Round < rounds.Rounds.Count), .. times], request.Plan.Watts), request.IsSigned);
        return report;
    }

    private static (TrialScore Task, TrialScore? Retained, IReadOnlyList<EvaluatedTask> Asked) ScoreBase(TrialRequest request, TrialInputs inputs, TrialFolder folder, CancellationToken cancellation)
    {
        using var scoring = new TrialScoring(request, inputs, folder, cancellation);
        var (task, retained) = scoring.OfBase();
        return (task, retained, scoring.Asked);
    }

    private static (IReadOnlyList<TrialResult> Results, IReadOnlyList<TrialCost> Costs) Measure(
        TrialRequest request, TrialInputs inputs, TrialFolder folder, CostMeter meter, TrialRounds rounds, IReadOnlyList<TrialOutcome> outcomes, CancellationToken cancellation)
    {
        using var scoring = new TrialScoring(request, inputs, folder, cancellation);
        var probe = new TrialProbe(scoring.Base, inputs, meter, cancellation);
        var (round, results, costs) = (rounds.Rounds.Count, new List<TrialResult>(), new List<TrialCost>());
        foreach (var (trial, receipt, _, cost, _) in outcomes)
        {
            rounds.TellMeasuring(trial.Id);
            if (receipt is null)
            {
                costs.Add(cost);
                continue;
            }
            var trained = new TrainedTrial(trial, receipt, folder.Of(round, trial));
            costs.Add(probe.Time(cost, trained));
            var (task, retained) = scoring.Of(round, trained);
            results.Add(new TrialResult(
                trial.Id,
                receipt.Inputs.Method,
                trial.LearningRate,
                receipt.Parameters,
                receipt.Files.Where(file => file.Path.EndsWith(".safetensors", StringComparison.Ordinal)).Sum(file => file.Size),
                receipt.Validations.Min(v => v.Loss),
                task,
                retained,
                probe.Spectrum(trained, rounds.PartsOf(trial)),
                probe.Layers(trained, rounds.PartsOf(trial))));
        }
        return (results, costs);
    }
}

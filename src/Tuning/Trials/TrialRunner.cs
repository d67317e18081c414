using Loragate.Artifacts;
using Loragate.Artifacts.Checkpoints;
using Loragate.Artifacts.Folders;
using Loragate.Artifacts.Records;
using Loragate.Artifacts.Records.Merging;
using Loragate.Artifacts.Records.Training;
using Loragate.EvalHarness.Evaluating;
using Loragate.Tuning.Methods;

namespace Loragate.Tuning.Trials;

/// <summary>Runs a plan's trials round by round, and measures what comes of the last one.</summary>
public static class TrialRunner
{
    private const string PlanFile = "plan.sha256";

    /// <summary>
    /// Runs a plan. In the output are the adapters (<c>rounds/N/ID</c>), the evaluations (<c>evaluations/ID</c>), the report and the costs. An interrupted run goes on
    /// after the last trial that was finished, and within one where it was.
    /// </summary>
    /// <exception cref="TuningException">The output is another plan's, or a trial's data or settings are unsuitable.</exception>
    /// <exception cref="MalformedInputException">Base, tasks or data are malformed.</exception>
    public static TrialReport Run(TrialRequest request, CostMeter meter, IProgress<TrialProgress>? progress = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(request);
        ArgumentNullException.ThrowIfNull(meter);
        Claim(request);
        var measuring = new TrialMeasuring(request, meter, cancellationToken);
        var costs = new List<TrialCost> { measuring.BaseCost() };
        var (done, trials, rounds) = (0, request.Plan.Trials, new List<TrialRound>());
        List<(Trial Trial, TrainingReceipt Receipt)> runs = [];
        foreach (var round in request.Plan.Rounds)
        {
            runs = [];
            foreach (var trial in trials.Take(round.Trials))
            {
                var (before, steps) = (done, trial.Steps ?? round.Steps);
                runs.Add((trial, Train(request, meter, trial, rounds.Count + 1, steps, costs, new Relay(progress, trial, before, request.Plan.PlannedSteps), cancellationToken)));
                done += steps;
            }
            runs = [.. runs.OrderBy(r => LossOf(r.Receipt)).ThenBy(r => r.Trial.Id, StringComparer.Ordinal)];
            rounds.Add(new TrialRound(round.Steps, [.. runs.Select(r => new TrialRun(r.Trial.Id, LossOf(r.Receipt), r.Receipt.ComputeDigest()))]));
            trials = [.. runs.Select(r => r.Trial)];
        }
        var results = runs.Select(r => measuring.Measure(r.Trial, FolderOf(request, rounds.Count, r.Trial), r.Receipt)).ToList();
        var (ofBase, retained) = measuring.OfBase();
        using var checkpoint = Checkpoint.Open(request.Base);
        var report = new TrialReport(
            new EngineInfo("loragate.trial", request.Version, request.Plan.Halving is { } eta ? $"successive-halving-{eta}/1" : "grid/1", request.Device.Split(':')[0]),
            request.Plan.Digest,
            request.Plan.Name,
            new CheckpointIdentity(BaseName.Of(checkpoint), checkpoint.ConfigDigest, TensorDigest.OfWeights(request.Weights)),
            ofBase,
            retained,
            rounds,
            results);
        AtomicFile.Write(Path.Combine(request.Output, TrialReport.FileName), report.ToCanonicalJson());
        AtomicFile.Write(Path.Combine(request.Output, TrialCosts.FileName), new TrialCosts([.. costs.Select(c => measuring.WithSpeed(c, rounds.Count))]).ToCanonicalJson());
        return report;
    }

    /// <summary>Where a trial's adapter or model is.</summary>
    public static string FolderOf(TrialRequest request, int round, Trial trial)
    {
        ArgumentNullException.ThrowIfNull(request);
        ArgumentNullException.ThrowIfNull(trial);
        return Path.Combine(request.Output, "rounds", round.ToString(System.Globalization.CultureInfo.InvariantCulture), trial.Id);
    }

    private static double LossOf(TrainingReceipt receipt) => receipt.Validations.Min(v => v.Loss);

    private static void Claim(TrialRequest request)
    {
        var path = Path.Combine(request.Output, PlanFile);
        var name = System.Text.Encoding.ASCII.GetBytes($"{request.Plan.Digest.Hex} {TensorDigest.OfWeights(request.Weights).Hex} {request.Version}\n");
        if (!Directory.Exists(request.Output) || !Directory.EnumerateFileSystemEntries(request.Output).Any())
        {
            Directory.CreateDirectory(request.Output);
            AtomicFile.Write(path, name);
        }
        else if (!File.Exists(path) || !File.ReadAllBytes(path).AsSpan().SequenceEqual(name))
        {
            throw new TuningException(request.Output, "holds something else than the beginning of this plan on this base by this build", "Name a new folder.");
        }
    }

    private static TrainingReceipt Train(TrialRequest request, CostMeter meter, Trial trial, int round, int steps, List<TrialCost> costs, Relay progress, CancellationToken cancellationToken)
    {
        var folder = FolderOf(request, round, trial);
        var costFile = folder + ".cost.json";
        if (Directory.Exists(folder))
        {
            costs.Add(System.Text.Json.JsonSerializer.Deserialize<TrialCost>(File.ReadAllBytes(costFile), RecordJson.Options)!);
            return Record.ReadFile<TrainingReceipt>(Path.Combine(folder, TrainingReceipt.FileName));
        }
        Directory.CreateDirectory(Path.GetDirectoryName(folder)!);
        meter.Start();
        var receipt = Trainer.Train(Request(request, trial, folder, steps), progress, cancellationToken);
        costs.Add(new TrialCost(trial.Id, round, meter.Finish(), null));
        AtomicFile.Write(costFile, RecordJson.Canonical(costs[^1]));
        return receipt;
    }

    private static TrainingRequest Request(TrialRequest request, Trial trial, string folder, int steps) => new()
    {
        Base = request.Base,
        Weights = request.Weights,
        Method = trial.Method,
        Data = request.Plan.Data,
        Validation = request.Plan.Validation,
        Output = folder,
        Steps = steps,
        BatchSize = request.Plan.BatchSize,
        LearningRate = trial.LearningRate,
        ValidateEvery = Math.Max(1, steps / 4),
        Seed = request.Plan.Seed,
        Device = request.Device,
        Threads = request.TrainingThreads,
        Version = request.Version,
        Plan = request.Plan.Digest,
    };

    private sealed class Relay(IProgress<TrialProgress>? progress, Trial trial, int before, int planned) : IProgress<TrainingProgress>
    {
        public void Report(TrainingProgress value) => progress?.Report(new TrialProgress(before + value.Step, planned, trial.Id, value.Loss));
    }
}

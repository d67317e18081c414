using Loragate.Artifacts.Checkpoints;
using Loragate.Artifacts.Records.Training;
using Loragate.EvalHarness.Journals;

namespace Loragate.Tuning.Trials;

/// <summary>A plan, the base that it is tried on, and the machine.</summary>
public sealed record TrialRequest
{
    private const int ValidationsOfTrial = 4;

    /// <summary>The plan.</summary>
    public required TrialPlan Plan { get; init; }

    /// <summary>The base's folder.</summary>
    public required string Base { get; init; }

    /// <summary>Every tensor of the base by content.</summary>
    public required IReadOnlyList<TensorDigest> Weights { get; init; }

    /// <summary>The folder of everything that is made; a run that was interrupted goes on in it.</summary>
    public required string Output { get; init; }

    /// <summary>"cpu" or "cuda", "cuda:1".</summary>
    public string Device { get; init; } = "cpu";

    /// <summary>Threads that train.</summary>
    public int TrainingThreads { get; init; } = 1;

    /// <summary>Threads that evaluate, on which no score depends.</summary>
    public required int Threads { get; init; }

    /// <summary>The build.</summary>
    public required string Version { get; init; }

    /// <summary>The key that will sign the report: what it did not make in this folder is not taken over. Null for none, and then what lies there is believed.</summary>
    public JournalSeal? Seal { get; init; }

    /// <summary>Whether the signature in a file is over a report: one that is not is removed before another report is written. No signature is over any unless given.</summary>
    public Func<TrialReport, string, bool> IsSigned { get; init; } = (_, _) => false;

    /// <summary>Is told of rows without a right answer, and of what lies in the folder and is not taken over, or goes. Null for nobody.</summary>
    public IProgress<string>? Notes { get; init; }

    /// <summary>The training of a trial.</summary>
    /// <param name="trial">The trial.</param>
    /// <param name="steps">Its steps.</param>
    /// <param name="output">The folder to make.</param>
    internal TrainingRequest TrainingOf(Trial trial, int steps, string output) => new()
    {
        Base = Base,
        Weights = Weights,
        Method = trial.Method,
        Data = Plan.Data,
        Validation = Plan.Validation,
        AllowRepeats = Plan.AllowRepeats,
        Output = output,
        Steps = steps,
        BatchSize = Plan.BatchSize,
        Accumulation = Plan.Accumulation,
        Precision = Plan.Precision,
        Recompute = Plan.Recompute,
        LearningRate = trial.LearningRate,
        Schedule = Plan.Schedule,
        WarmUp = Plan.WarmUp is { } share ? (int)(share * steps) : null,
        ValidateEvery = Math.Max(1, (trial.Steps ?? Plan.Steps) / ValidationsOfTrial),
        Seed = Plan.Seed,
        Device = Device,
        Threads = TrainingThreads,
        Version = Version,
        Plan = Plan.Digest,
    };

    /// <summary>Refuses settings that a trial cannot be run with, all at once.</summary>
    /// <exception cref="TuningException">There are some; where they are not all trials', the trials are named.</exception>
    internal void Check()
    {
        var faults = Plan.Trials
            .SelectMany(trial => TrainingOf(trial, trial.Steps ?? Plan.Steps, Output).Faults(), (trial, fault) => (trial.Id, Fault: fault))
            .GroupBy(each => each.Fault, each => each.Id)
            .Select(each => each.Count() == Plan.Trials.Count ? each.Key : $"{each.Key} ({string.Join(", ", each)})")
            .ToList();
        if (faults.Count > 0)
            throw new TuningException("settings", string.Join("; ", faults), "Correct the plan or the command.");
    }
}

using Loragate.Artifacts.Checkpoints;

namespace Loragate.Tuning.Trials;

/// <summary>A plan, the base that it is tried on, and the machine.</summary>
public sealed record TrialRequest
{
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
}

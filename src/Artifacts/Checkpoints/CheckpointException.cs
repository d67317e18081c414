namespace Loragate.Artifacts.Checkpoints;

/// <summary>A model folder that is not a usable checkpoint: no weights, a contradictory index, no config.</summary>
/// <param name="place">The folder or file.</param>
/// <param name="fault">What is wrong.</param>
/// <param name="advice">What to do.</param>
public sealed class CheckpointException(string place, string fault, string advice) : MalformedInputException(place, fault, advice);

namespace Loragate.Artifacts.Records.Training;

/// <summary>How a model was tuned.</summary>
/// <param name="Name">"lora", "dora", "full", "bottleneck" or "prompt".</param>
/// <param name="Settings">The method's settings by name.</param>
public sealed record TrainedMethod(string Name, IReadOnlyDictionary<string, string> Settings)
{
    /// <summary>The names that there are.</summary>
    public static IReadOnlyList<string> Names { get; } = ["lora", "dora", "full", "bottleneck", "prompt"];
}

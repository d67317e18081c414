using System.Text.Json.Serialization;

namespace Loragate.Artifacts.Records.Training;

/// <summary>How a model was tuned.</summary>
/// <param name="Name">"lora", "dora", "full", "bottleneck" or "prompt".</param>
/// <param name="Settings">The method's settings by name.</param>
public sealed record TrainedMethod(string Name, IReadOnlyDictionary<string, string> Settings)
{
    /// <summary>The names that there are.</summary>
    public static IReadOnlyList<string> Names { get; } = ["lora", "dora", "full", "bottleneck", "prompt"];

    /// <summary>Whether what was tuned is a low-rank update, which alone can be merged and judged by the gate.</summary>
    [JsonIgnore]
    public bool IsLowRank => IsLowRankName(Name);

    /// <summary>Whether a method of this name makes a low-rank update.</summary>
    public static bool IsLowRankName(string name) => name is "lora" or "dora";
}

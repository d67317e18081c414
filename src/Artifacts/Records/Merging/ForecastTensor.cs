namespace Loragate.Artifacts.Records.Merging;

/// <summary>A tensor that a merge would change or add.</summary>
/// <param name="Name">The tensor's name in the output.</param>
/// <param name="DType">The type it would have.</param>
/// <param name="Shape">The dimensions.</param>
/// <param name="Change">What would be done, in words: "lora of rank 8, scale 2".</param>
public sealed record ForecastTensor(string Name, string DType, IReadOnlyList<long> Shape, string Change);

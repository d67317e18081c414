using Loragate.Artifacts;

namespace Loragate.MergeEngine.Extracting;

/// <summary>A pair of checkpoints from which no adapter can be extracted: other tensors, other shapes, or a change that it could not hold.</summary>
/// <param name="place">The folder of the fine-tuned model.</param>
/// <param name="fault">What does not fit.</param>
/// <param name="advice">What to do.</param>
public sealed class ExtractException(string place, string fault, string advice) : MalformedInputException(place, fault, advice);

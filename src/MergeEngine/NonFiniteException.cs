using Loragate.Artifacts;

namespace Loragate.MergeEngine;

/// <summary>A NaN or infinity in a factor, a base tensor or a merged tensor: nothing is published.</summary>
/// <param name="place">The file and tensor.</param>
/// <param name="fault">Where it stands.</param>
/// <param name="advice">What to do, which depends on whose the number is.</param>
public sealed class NonFiniteException(string place, string fault, string advice) : MalformedInputException(place, fault, advice);

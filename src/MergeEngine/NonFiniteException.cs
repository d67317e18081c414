using Loragate.Artifacts;

namespace Loragate.MergeEngine;

/// <summary>A NaN or infinity in a factor, a base tensor or a merged tensor: nothing is published.</summary>
/// <param name="place">The file and tensor.</param>
/// <param name="fault">Where it stands.</param>
public sealed class NonFiniteException(string place, string fault)
    : MalformedInputException(place, fault, "Train the adapter again, or merge into a wider type (--dtype float32).");

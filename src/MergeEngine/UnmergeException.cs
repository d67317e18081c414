using Loragate.Artifacts;

namespace Loragate.MergeEngine;

/// <summary>A folder that cannot be unmerged: no receipt, no side-car, the wrong number of adapters.</summary>
/// <param name="place">The folder.</param>
/// <param name="fault">What is missing.</param>
/// <param name="advice">What to do.</param>
public sealed class UnmergeException(string place, string fault, string advice) : MalformedInputException(place, fault, advice);

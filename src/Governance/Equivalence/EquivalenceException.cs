using Loragate.Artifacts;

namespace Loragate.Governance.Equivalence;

/// <summary>Reports that cannot be held against each other.</summary>
/// <param name="place">The task.</param>
/// <param name="fault">What is wrong.</param>
public sealed class EquivalenceException(string place, string fault)
    : MalformedInputException(place, fault, "Score both models on the same items in one run, and name a metric of the task that is 0 or 1 in every item.");

using Loragate.Artifacts;

namespace Loragate.Tuning;

/// <summary>A loss or gradient that is no finite number: the fault of the settings together with base and data, and none of either's format.</summary>
/// <param name="place">The step.</param>
/// <param name="fault">The numbers.</param>
/// <param name="advice">What to do.</param>
public sealed class DivergenceException(string place, string fault, string advice) : MalformedInputException(place, fault, advice);

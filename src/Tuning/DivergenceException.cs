using Loragate.Artifacts;

namespace Loragate.Tuning;

/// <summary>A loss, a gradient or a parameter that is no finite number: the fault of the settings together with base and data, and none of either's format.</summary>
/// <param name="place">The step, or the parameter.</param>
/// <param name="fault">The numbers.</param>
/// <param name="advice">What to do.</param>
public sealed class DivergenceException(string place, string fault, string advice) : MalformedInputException(place, fault, advice);

using Loragate.Artifacts;

namespace Loragate.Tuning;

/// <summary>Data or settings that nothing can be learnt with: which row or setting, what is wrong with it, and what to do.</summary>
/// <param name="place">The file and line, the setting, or the step.</param>
/// <param name="fault">What is wrong.</param>
/// <param name="advice">What to do.</param>
public sealed class TuningException(string place, string fault, string advice) : MalformedInputException(place, fault, advice);

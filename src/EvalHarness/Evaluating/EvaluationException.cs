using Loragate.Artifacts;

namespace Loragate.EvalHarness.Evaluating;

/// <summary>A model, task and data that do not go together.</summary>
/// <param name="place">The folder, or the task and row.</param>
/// <param name="fault">What is wrong.</param>
/// <param name="advice">What to do.</param>
public sealed class EvaluationException(string place, string fault, string advice) : MalformedInputException(place, fault, advice);

using Loragate.Artifacts;

namespace Loragate.EvalHarness.Tasks;

/// <summary>A task file, or its data, that is malformed or uses something that is not supported.</summary>
/// <param name="place">The file, the line, and the key.</param>
/// <param name="fault">What is wrong; an unsupported key or function is named.</param>
/// <param name="advice">What to do.</param>
/// <param name="inner">The parser's own exception.</param>
public sealed class TaskException(string place, string fault, string advice = "Correct the task.", Exception? inner = null)
    : MalformedInputException(place, fault, advice, inner);

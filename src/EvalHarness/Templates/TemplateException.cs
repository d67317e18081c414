using Loragate.Artifacts;

namespace Loragate.EvalHarness.Templates;

/// <summary>A template that is malformed, uses a construct that is not supported, or fails on the variables it is given.</summary>
/// <param name="place">The file, key and line of the template.</param>
/// <param name="fault">What is wrong; an unsupported construct is named.</param>
/// <param name="advice">What to do.</param>
public sealed class TemplateException(string place, string fault, string advice = "Correct the template.")
    : MalformedInputException(place, fault, advice);

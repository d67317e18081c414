using Loragate.Artifacts;

namespace Loragate.EvalHarness.Text;

/// <summary>A regular expression that is malformed, or uses a construct that has no exact translation here.</summary>
/// <param name="place">The file and key that hold the pattern.</param>
/// <param name="fault">The construct.</param>
/// <param name="inner">The parser's own exception.</param>
public sealed class PatternException(string place, string fault, Exception? inner = null)
    : MalformedInputException(place, fault, "Write the pattern with constructs that are supported.", inner);

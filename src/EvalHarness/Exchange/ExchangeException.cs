using Loragate.Artifacts;

namespace Loragate.EvalHarness.Exchange;

/// <summary>Files of lm-evaluation-harness that are malformed, or are about something else.</summary>
/// <param name="place">The file, and the line.</param>
/// <param name="fault">What is wrong.</param>
/// <param name="advice">What to do.</param>
/// <param name="inner">The reader's own exception.</param>
public sealed class ExchangeException(string place, string fault, string advice = "Take the files as the harness wrote them (--log_samples --output_path), one run a folder.", Exception? inner = null)
    : MalformedInputException(place, fault, advice, inner);

using Loragate.Artifacts;

namespace Loragate.EvalHarness.Tokenizers;

/// <summary>A tokenizer folder that is malformed, or that uses a kind of component which is not supported.</summary>
/// <param name="place">The file and the component in it.</param>
/// <param name="fault">What is wrong; an unsupported kind is named.</param>
/// <param name="advice">What to do.</param>
/// <param name="inner">The parser's own exception.</param>
public sealed class TokenizerException(string place, string fault, string advice = TokenizerException.Use, Exception? inner = null)
    : MalformedInputException(place, fault, advice, inner)
{
    private const string Use = "Use a tokenizer.json as the tokenizers library saves it.";
}

namespace Loragate.EvalHarness.Tokenizers.Decoders;

/// <summary>Replaces every match of a pattern in every piece.</summary>
internal sealed class ReplaceDecoder(TokenizerPattern pattern, string content) : Decoder
{
    /// <inheritdoc/>
    public override List<string> Decode(List<string> tokens) => tokens.ConvertAll(token => pattern.Replace(token, content));
}

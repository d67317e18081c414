namespace Loragate.EvalHarness.Tokenizers.Decoders;

/// <summary>Joins all pieces into one, for the decoders after it.</summary>
internal sealed class FuseDecoder : Decoder
{
    /// <inheritdoc/>
    public override List<string> Decode(List<string> tokens) => [string.Concat(tokens)];
}

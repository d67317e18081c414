namespace Loragate.EvalHarness.Tokenizers.Decoders;

/// <summary>Decoders one after the other.</summary>
internal sealed class SequenceDecoder(IReadOnlyList<Decoder> decoders) : Decoder
{
    /// <inheritdoc/>
    public override List<string> Decode(List<string> tokens) => decoders.Aggregate(tokens, static (current, decoder) => decoder.Decode(current));
}

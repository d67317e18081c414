using Loragate.EvalHarness.Tokenizers.PreTokenizers;

namespace Loragate.EvalHarness.Tokenizers.Decoders;

/// <summary>The visible character becomes a blank again; in the first token it vanishes where one was put before the text.</summary>
internal sealed class MetaspaceDecoder(char replacement, MetaspacePrefix prefix) : Decoder
{
    /// <summary>Reads the component.</summary>
    public static new MetaspaceDecoder Parse(TokenizerNode node) => new(MetaspacePreTokenizer.Replacement(node), MetaspacePreTokenizer.Prefix(node));

    /// <inheritdoc/>
    public override List<string> Decode(List<string> tokens) => [.. tokens.Select((token, i) =>
        i == 0 && prefix != MetaspacePrefix.Never ? token.Replace(replacement.ToString(), "", StringComparison.Ordinal) : token.Replace(replacement, ' '))];
}

namespace Loragate.EvalHarness.Tokenizers.Decoders;

/// <summary>Turns tokens back into text; the pieces are joined without anything between them.</summary>
internal abstract class Decoder
{
    /// <summary>The pieces of text that the tokens stand for.</summary>
    public abstract List<string> Decode(List<string> tokens);

    /// <summary>Reads a decoder of any supported kind.</summary>
    /// <exception cref="TokenizerException">The kind is not supported, or its parameters are malformed.</exception>
    public static Decoder Parse(TokenizerNode node) => node.Type switch
    {
        "ByteLevel" => new ByteLevelDecoder(),
        "ByteFallback" => new ByteFallbackDecoder(),
        "Fuse" => new FuseDecoder(),
        "Metaspace" => MetaspaceDecoder.Parse(node),
        "WordPiece" => WordPieceDecoder.Parse(node),
        "Replace" => new ReplaceDecoder(TokenizerPattern.Parse(node), node.Text("content")),
        "Strip" => StripDecoder.Parse(node),
        "Sequence" => new SequenceDecoder([.. node.Children("decoders").Select(Parse)]),
        _ => throw node.Unsupported("the decoder"),
    };
}

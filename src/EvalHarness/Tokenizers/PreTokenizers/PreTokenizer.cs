namespace Loragate.EvalHarness.Tokenizers.PreTokenizers;

/// <summary>Splits text into the pieces that the model sees one by one; no token crosses a border.</summary>
internal abstract class PreTokenizer
{
    /// <summary>Whether it matters where in the text a piece begins.</summary>
    public virtual bool AsksForStart => false;

    /// <summary>Appends the parts of <paramref name="piece"/>; empty ones are left out.</summary>
    public abstract void Split(Piece piece, List<Piece> pieces);

    /// <summary>Reads a pre-tokenizer of any supported kind.</summary>
    /// <exception cref="TokenizerException">The kind is not supported, or its parameters are malformed.</exception>
    public static PreTokenizer Parse(TokenizerNode node) => node.Type switch
    {
        "ByteLevel" => new ByteLevelPreTokenizer(node.Flag("add_prefix_space", absent: true), node.Flag("use_regex", absent: true)),
        "Split" => SplitPreTokenizer.Parse(node),
        "Digits" => new CharacterPreTokenizer(CharacterPreTokenizer.IsNumeric, node.Flag("individual_digits", absent: false) ? SplitBehavior.Isolated : SplitBehavior.Contiguous),
        "BertPreTokenizer" => new SequencePreTokenizer(
        [
            new CharacterPreTokenizer(CharacterPreTokenizer.IsWhiteSpace, SplitBehavior.Removed),
            new CharacterPreTokenizer(CharacterPreTokenizer.IsPunctuation, SplitBehavior.Isolated),
        ]),
        "Metaspace" => MetaspacePreTokenizer.Parse(node),
        "Punctuation" => new CharacterPreTokenizer(CharacterPreTokenizer.IsPunctuation, SplitBehaviors.Parse(node, SplitBehavior.Isolated)),
        "WhitespaceSplit" => new CharacterPreTokenizer(CharacterPreTokenizer.IsWhiteSpace, SplitBehavior.Removed),
        "Whitespace" => new WhitespacePreTokenizer(),
        "Sequence" => new SequencePreTokenizer([.. node.Children("pretokenizers").Select(Parse)]),
        _ => throw node.Unsupported("the pre-tokenizer"),
    };
}

namespace Loragate.EvalHarness.Tokenizers.PreTokenizers;

/// <summary>Splits at the matches of a pattern.</summary>
internal sealed class SplitPreTokenizer(TokenizerPattern pattern, SplitBehavior behavior, bool invert) : PreTokenizer
{
    /// <summary>Reads the component.</summary>
    public static new SplitPreTokenizer Parse(TokenizerNode node) =>
        new(TokenizerPattern.Parse(node), SplitBehaviors.Parse(node, SplitBehavior.Isolated), node.Flag("invert", absent: false));

    /// <inheritdoc/>
    public override void Split(Piece piece, List<Piece> pieces) => SplitBehaviors.Apply(piece, pattern.Find(piece.Text), behavior, invert, pieces);
}

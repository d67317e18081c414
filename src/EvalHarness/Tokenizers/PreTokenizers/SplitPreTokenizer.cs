namespace Loragate.EvalHarness.Tokenizers.PreTokenizers;

/// <summary>Splits at the matches of a pattern.</summary>
internal sealed class SplitPreTokenizer(TokenizerPattern pattern, SplitBehavior behavior, bool invert) : PreTokenizer
{
    /// <summary>Reads the component.</summary>
    public static new SplitPreTokenizer Parse(TokenizerNode node) =>
        new(TokenizerPattern.Parse(node), SplitBehaviors.Parse(node, SplitBehavior.Isolated), node.Flag("invert", absent: false));

    /// <inheritdoc/>
    public override void Split(string text, List<string> pieces) => SplitBehaviors.Apply(text, pattern.Find(text), behavior, invert, pieces);
}

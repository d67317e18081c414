namespace Loragate.EvalHarness.Tokenizers.PreTokenizers;

/// <summary>GPT-2's splitting into words, numbers, symbols and blanks, then the byte alphabet.</summary>
internal sealed class ByteLevelPreTokenizer(bool addPrefixSpace, bool useRegex) : PreTokenizer
{
    private static readonly TokenizerPattern Words = TokenizerPattern.Regex(
        @"'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+", "the ByteLevel pre-tokenizer");

    /// <inheritdoc/>
    public override void Split(Piece piece, List<Piece> pieces)
    {
        var text = addPrefixSpace && !piece.Text.StartsWith(' ') ? " " + piece.Text : piece.Text;
        var first = pieces.Count;
        if (useRegex)
            SplitBehaviors.Apply(piece with { Text = text }, Words.Find(text), SplitBehavior.Isolated, invert: false, pieces);
        else if (text.Length > 0)
            pieces.Add(piece with { Text = text });
        for (var i = first; i < pieces.Count; i++)
            pieces[i] = pieces[i] with { Text = ByteAlphabet.Encode(pieces[i].Text) };
    }
}

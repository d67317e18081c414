namespace Loragate.EvalHarness.Tokenizers.PreTokenizers;

/// <summary>GPT-2's splitting into words, numbers, symbols and blanks, then the byte alphabet.</summary>
internal sealed class ByteLevelPreTokenizer(bool addPrefixSpace, bool useRegex) : PreTokenizer
{
    private static readonly TokenizerPattern Words = TokenizerPattern.Regex(
        @"'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+", "the ByteLevel pre-tokenizer");

    /// <inheritdoc/>
    public override void Split(string text, List<string> pieces)
    {
        if (addPrefixSpace && !text.StartsWith(' '))
            text = " " + text;
        var first = pieces.Count;
        if (useRegex)
            SplitBehaviors.Apply(text, Words.Find(text), SplitBehavior.Isolated, invert: false, pieces);
        else if (text.Length > 0)
            pieces.Add(text);
        for (var i = first; i < pieces.Count; i++)
            pieces[i] = ByteAlphabet.Encode(pieces[i]);
    }
}

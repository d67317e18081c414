namespace Loragate.EvalHarness.Tokenizers.PreTokenizers;

/// <summary>Pre-tokenizers one after the other, each over the pieces of the one before.</summary>
internal sealed class SequencePreTokenizer(IReadOnlyList<PreTokenizer> preTokenizers) : PreTokenizer
{
    /// <inheritdoc/>
    public override void Split(string text, List<string> pieces)
    {
        List<string> current = [text];
        foreach (var preTokenizer in preTokenizers)
        {
            var next = new List<string>(current.Count);
            foreach (var piece in current)
                preTokenizer.Split(piece, next);
            current = next;
        }
        pieces.AddRange(current);
    }
}

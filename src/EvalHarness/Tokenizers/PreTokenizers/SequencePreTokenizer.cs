namespace Loragate.EvalHarness.Tokenizers.PreTokenizers;

/// <summary>Pre-tokenizers one after the other, each over the pieces of the one before.</summary>
internal sealed class SequencePreTokenizer(IReadOnlyList<PreTokenizer> preTokenizers) : PreTokenizer
{
    /// <inheritdoc/>
    public override bool AsksForStart => preTokenizers.Any(static preTokenizer => preTokenizer.AsksForStart);

    /// <inheritdoc/>
    public override void Split(Piece piece, List<Piece> pieces)
    {
        List<Piece> current = [piece];
        foreach (var preTokenizer in preTokenizers)
        {
            var next = new List<Piece>(current.Count);
            foreach (var part in current)
                preTokenizer.Split(part, next);
            current = next;
        }
        pieces.AddRange(current);
    }
}

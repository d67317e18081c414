using System.Text;
using Loragate.EvalHarness.Text;

namespace Loragate.EvalHarness.Tokenizers.PreTokenizers;

/// <summary>Runs of word characters and runs of other visible characters: the matches of <c>\w+|[^\w\s]+</c>.</summary>
internal sealed class WhitespacePreTokenizer : PreTokenizer
{
    /// <inheritdoc/>
    public override void Split(Piece piece, List<Piece> pieces)
    {
        var text = piece.Text;
        var start = 0;
        var at = 0;
        var kind = 0;
        foreach (var rune in text.EnumerateRunes())
        {
            var next = Rune.IsWhiteSpace(rune) ? 0 : CodePoints.IsWord(rune) ? 1 : 2;
            if (next != kind)
            {
                if (kind != 0)
                    pieces.Add(new Piece(text[start..at], piece.AtStart && start == 0));
                start = at;
                kind = next;
            }
            at += rune.Utf16SequenceLength;
        }
        if (kind != 0)
            pieces.Add(new Piece(text[start..], piece.AtStart && start == 0));
    }
}

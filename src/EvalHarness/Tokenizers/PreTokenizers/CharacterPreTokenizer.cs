using System.Globalization;
using System.Text;

namespace Loragate.EvalHarness.Tokenizers.PreTokenizers;

/// <summary>Splits at single characters of a class; every such character is a match of its own.</summary>
internal sealed class CharacterPreTokenizer(Func<Rune, bool> isMatch, SplitBehavior behavior) : PreTokenizer
{
    /// <summary>Rust's <c>char::is_numeric</c>: the categories Nd, Nl and No.</summary>
    public static bool IsNumeric(Rune rune) => Rune.GetUnicodeCategory(rune) is
        UnicodeCategory.DecimalDigitNumber or UnicodeCategory.LetterNumber or UnicodeCategory.OtherNumber;

    /// <summary>ASCII punctuation (its symbols included) and the categories P.</summary>
    public static bool IsPunctuation(Rune rune) => (rune.IsAscii && rune.Value > ' ' && rune.Value < 0x7F && !Rune.IsLetterOrDigit(rune)) || Rune.IsPunctuation(rune);

    /// <summary>Rust's <c>char::is_whitespace</c>: the property White_Space.</summary>
    public static bool IsWhiteSpace(Rune rune) => Rune.IsWhiteSpace(rune);

    /// <inheritdoc/>
    public override void Split(Piece piece, List<Piece> pieces)
    {
        var matches = new List<(int, int)>();
        var at = 0;
        foreach (var rune in piece.Text.EnumerateRunes())
        {
            if (isMatch(rune))
                matches.Add((at, at + rune.Utf16SequenceLength));
            at += rune.Utf16SequenceLength;
        }
        SplitBehaviors.Apply(piece, matches, behavior, invert: false, pieces);
    }
}

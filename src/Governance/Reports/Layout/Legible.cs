using System.Globalization;
using System.Text;

namespace Loragate.Governance.Reports.Layout;

/// <summary>
/// Makes every character of a foreign text (names, messages) visible: controls, bidirectional overrides and characters that no font has
/// are spelled out as ‹U+202E›, so that no name can look like another. Source: Unicode UTS #39 §5.
/// </summary>
internal static class Legible
{
    private static readonly char[] ClauseEnds = [';', ',', '、', '；'];

    public static string Text(string text, Func<Rune, bool> isAvailable)
    {
        var result = new StringBuilder(text.Length);
        foreach (var rune in text.EnumerateRunes())
            result.Append(IsPlain(rune) && isAvailable(rune) ? rune.ToString() : Spelled(rune));
        return result.ToString();
    }

    /// <summary>A character by its number.</summary>
    public static string Spelled(Rune rune) => $"‹U+{rune.Value:X4}›";

    /// <summary>A text of at most so many characters. Where it is longer its end is cut off: behind a clause or a word, if one ends in the second half.</summary>
    public static string Shortened(string text, int most)
    {
        var runes = text.EnumerateRunes().Take(most + 1).ToArray();
        if (runes.Length <= most)
            return text;
        var kept = string.Concat(runes.Take(most - 1));
        var end = new[] { kept.LastIndexOfAny(ClauseEnds), kept.LastIndexOf(' ') }.FirstOrDefault(place => place >= kept.Length / 2, kept.Length);
        return kept[..end] + "…";
    }

    private static bool IsPlain(Rune rune) => rune.Value == ' ' || Rune.GetUnicodeCategory(rune) is not
        (UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.PrivateUse or UnicodeCategory.OtherNotAssigned
        or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator);
}

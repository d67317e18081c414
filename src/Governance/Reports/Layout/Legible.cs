using System.Globalization;
using System.Text;

namespace Loragate.Governance.Reports.Layout;

/// <summary>
/// Makes every character of a foreign text (names, messages) visible: controls, bidirectional overrides and characters that no font has
/// are spelled out as ‹U+202E›, so that no name can look like another. Source: Unicode UTS #39 §5.
/// </summary>
internal static class Legible
{
    public static string Text(string text, Func<Rune, bool> isAvailable)
    {
        var result = new StringBuilder(text.Length);
        foreach (var rune in text.EnumerateRunes())
            result.Append(IsPlain(rune) && isAvailable(rune) ? rune.ToString() : $"‹U+{rune.Value:X4}›");
        return result.ToString();
    }

    /// <summary>A text of at most so many characters, its end cut off where it is longer.</summary>
    public static string Shortened(string text, int most)
    {
        var runes = text.EnumerateRunes().Take(most + 1).ToArray();
        return runes.Length <= most ? text : string.Concat(runes.Take(most - 1)) + "…";
    }

    private static bool IsPlain(Rune rune) => rune.Value == ' ' || Rune.GetUnicodeCategory(rune) is not
        (UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.PrivateUse or UnicodeCategory.OtherNotAssigned
        or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator);
}

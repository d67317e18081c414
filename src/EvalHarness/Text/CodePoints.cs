using System.Globalization;
using System.Text;

namespace Loragate.EvalHarness.Text;

/// <summary>Facts about text whose unit is the Unicode code point, as in Python and Rust; .NET's own unit is UTF-16.</summary>
internal static class CodePoints
{
    /// <summary>Python's <c>len</c> of a <c>str</c>.</summary>
    public static int Count(ReadOnlySpan<char> text)
    {
        var count = text.Length;
        for (var i = 1; i < text.Length; i++)
        {
            if (char.IsSurrogatePair(text[i - 1], text[i]))
                count--;
        }
        return count;
    }

    /// <summary>The characters one by one, as Python iterates a <c>str</c>.</summary>
    public static List<string> Split(string text) => [.. text.EnumerateRunes().Select(static rune => rune.ToString())];

    /// <summary>Where the first white space is; -1 where there is none.</summary>
    public static int IndexOfSpace(string text)
    {
        for (var i = 0; i < text.Length; i++)
        {
            if (IsPythonSpace(text[i]))
                return i;
        }
        return -1;
    }

    /// <summary>Python's <c>str.isspace</c>: Unicode white space and the four information separators.</summary>
    public static bool IsPythonSpace(char c) => char.IsWhiteSpace(c) || c is >= '\x1C' and <= '\x1F';

    /// <summary>Python's <c>str.strip()</c> without arguments, on the sides asked for.</summary>
    public static string Strip(string text, bool start = true, bool end = true)
    {
        var from = 0;
        var to = text.Length;
        while (start && from < to && IsPythonSpace(text[from]))
            from++;
        while (end && to > from && IsPythonSpace(text[to - 1]))
            to--;
        return text[from..to];
    }

    /// <summary>How many pieces Python's <c>re.split(r"\s+", text)</c> gives: one more than there are runs of white space.</summary>
    public static int CountWords(string text)
    {
        var words = 1;
        for (var i = 0; i < text.Length; i++)
        {
            if (IsPythonSpace(text[i]) && (i == 0 || !IsPythonSpace(text[i - 1])))
                words++;
        }
        return words;
    }

    /// <summary>Python's <c>str.capitalize</c>: the first letter in title case, the rest in lower case.</summary>
    public static string Capitalize(string text)
    {
        if (text.Length == 0)
            return text;
        var first = char.IsSurrogatePair(text, 0) ? 2 : 1;
        return Casing.Title(text[..first]) + Casing.Lower(text[first..]);
    }

    /// <summary>
    /// The word characters of UTS #18: Alphabetic, marks, decimal digits, connectors and joiners. Beyond letters, marks and letter
    /// numbers, the alphabetic characters are the circled and squared Latin letters.
    /// </summary>
    public static bool IsWord(Rune rune) => Rune.GetUnicodeCategory(rune) switch
    {
        UnicodeCategory.UppercaseLetter or UnicodeCategory.LowercaseLetter or UnicodeCategory.TitlecaseLetter => true,
        UnicodeCategory.ModifierLetter or UnicodeCategory.OtherLetter or UnicodeCategory.LetterNumber => true,
        UnicodeCategory.NonSpacingMark or UnicodeCategory.SpacingCombiningMark or UnicodeCategory.EnclosingMark => true,
        UnicodeCategory.DecimalDigitNumber or UnicodeCategory.ConnectorPunctuation => true,
        UnicodeCategory.Format => rune.Value is 0x200C or 0x200D,
        UnicodeCategory.OtherSymbol => IsAlphabeticSymbol(rune.Value),
        _ => false,
    };

    /// <summary>Whether a symbol is alphabetic (Other_Alphabetic with category So).</summary>
    public static bool IsAlphabeticSymbol(int code) =>
        code is (>= 0x24B6 and <= 0x24E9) or (>= 0x1F130 and <= 0x1F149) or (>= 0x1F150 and <= 0x1F169) or (>= 0x1F170 and <= 0x1F189);

    /// <summary>Whether the text is well-formed UTF-16: only such text has a UTF-8 form.</summary>
    public static bool IsWellFormed(ReadOnlySpan<char> text)
    {
        while (!text.IsEmpty)
        {
            if (Rune.DecodeFromUtf16(text, out _, out var length) != System.Buffers.OperationStatus.Done)
                return false;
            text = text[length..];
        }
        return true;
    }
}

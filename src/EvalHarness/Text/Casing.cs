using System.Text;

namespace Loragate.EvalHarness.Text;

/// <summary>
/// Case mappings of Python's <c>str</c> and Rust's <c>str</c>: the simple mappings of the Unicode Character Database and, of
/// SpecialCasing.txt, those of the Latin script (ß, İ, ŉ, ǰ, the ligatures) and the final sigma.
/// </summary>
internal static class Casing
{
    /// <summary>Python's <c>str.lower</c>, Rust's <c>to_lowercase</c>.</summary>
    public static string Lower(string text)
    {
        var lower = text.ToLowerInvariant();
        if (!text.AsSpan().ContainsAny('İ', 'Σ', 'ẞ'))
            return lower;
        var result = new StringBuilder(text.Length + 1);
        for (var i = 0; i < text.Length; i++)
        {
            _ = text[i] switch
            {
                'İ' => result.Append("i̇"),
                'Σ' => result.Append(IsFinalSigma(text, i) ? 'ς' : 'σ'),
                'ẞ' => result.Append('ß'),
                _ => result.Append(lower[i]),
            };
        }
        return result.ToString();
    }

    /// <summary>Python's <c>str.upper</c>.</summary>
    public static string Upper(string text)
    {
        if (Ascii.IsValid(text))
            return text.ToUpperInvariant();
        var result = new StringBuilder(text.Length);
        foreach (var rune in text.EnumerateRunes())
            result.Append(UpperSpecial(rune.Value) ?? Rune.ToUpperInvariant(rune).ToString());
        return result.ToString();
    }

    /// <summary>One character in title case.</summary>
    public static string Title(string character) => character switch
    {
        "ß" => "Ss",
        "ﬀ" => "Ff",
        "ﬁ" => "Fi",
        "ﬂ" => "Fl",
        "ﬃ" => "Ffi",
        "ﬄ" => "Ffl",
        "ﬅ" or "ﬆ" => "St",
        "Ǆ" or "ǆ" or "ǅ" => "ǅ",
        "Ǉ" or "ǉ" or "ǈ" => "ǈ",
        "Ǌ" or "ǌ" or "ǋ" => "ǋ",
        "Ǳ" or "ǳ" or "ǲ" => "ǲ",
        [>= 'ა' and <= 'ჿ'] => character,
        _ => Upper(character),
    };

    /// <summary>Python's <c>str.title</c>: a letter after anything but a letter is in title case, all others in lower case.</summary>
    public static string TitleWords(string text)
    {
        var result = new StringBuilder(text.Length);
        var inWord = false;
        foreach (var rune in text.EnumerateRunes())
        {
            result.Append(inWord ? Lower(rune.ToString()) : Title(rune.ToString()));
            inWord = Rune.IsLetter(rune);
        }
        return result.ToString();
    }

    private static string? UpperSpecial(int code) => code switch
    {
        'ß' => "SS",
        'ŉ' => "ʼN",
        'ǰ' => "J̌",
        'ﬀ' => "FF",
        'ﬁ' => "FI",
        'ﬂ' => "FL",
        'ﬃ' => "FFI",
        'ﬄ' => "FFL",
        'ﬅ' or 'ﬆ' => "ST",
        _ => null,
    };

    // SpecialCasing.txt, Final_Sigma, with letters standing for "cased" and marks, apostrophes and full stops for "case-ignorable".
    private static bool IsFinalSigma(string text, int at)
    {
        var before = at - 1;
        while (before >= 0 && IsIgnorable(text[before]))
            before--;
        var after = at + 1;
        while (after < text.Length && IsIgnorable(text[after]))
            after++;
        return before >= 0 && char.IsLetter(text[before]) && (after == text.Length || !char.IsLetter(text[after]));
    }

    private static bool IsIgnorable(char c) =>
        c is '\'' or '.' or '·' or '’' or '\u00AD' || char.GetUnicodeCategory(c) is
            System.Globalization.UnicodeCategory.NonSpacingMark or System.Globalization.UnicodeCategory.EnclosingMark or
            System.Globalization.UnicodeCategory.Format or System.Globalization.UnicodeCategory.ModifierLetter;
}

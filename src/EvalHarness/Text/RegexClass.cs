using System.Globalization;
using System.Text;

namespace Loragate.EvalHarness.Text;

/// <summary>The members of a bracketed class, or of an escape that names one, as they are written inside a .NET class.</summary>
internal static class RegexClass
{
    /// <summary>What \S means in Python: the complement of <see cref="CodePoints.IsPythonSpace"/>, as ranges.</summary>
    private const string PythonNotSpace =
        @"\x00-\x08\x0E-\x1B\x21-\x84\x86-\x9F\u00A1-\u167F\u1681-\u1FFF\u200B-\u2027\u202A-\u202E\u2030-\u205E\u2060-\u2FFF\u3001-\uFFFF";

    private const string PythonWord = @"\p{L}\p{N}_";
    private const string PythonNotWord = @"\p{M}\p{Pd}\p{Ps}\p{Pe}\p{Pi}\p{Pf}\p{Po}\p{S}\p{Z}\p{C}\u203F\u2040\u2054\uFE33\uFE34\uFE4D-\uFE4F\uFF3F";
    private const string UnicodeWord = @"\p{L}\p{M}\p{Nd}\p{Nl}\p{Pc}\u200C\u200D\u24B6-\u24E9";

    private static readonly HashSet<string> Categories =
    [
        "L", "Lu", "Ll", "Lt", "Lm", "Lo", "M", "Mn", "Mc", "Me", "N", "Nd", "Nl", "No", "P", "Pc", "Pd", "Ps", "Pe", "Pi", "Pf", "Po",
        "S", "Sm", "Sc", "Sk", "So", "Z", "Zs", "Zl", "Zp", "C", "Cc", "Cf", "Co", "Cn",
    ];

    /// <summary>The word class of a dialect, as members.</summary>
    public static string Word(RegexDialect dialect) => dialect == RegexDialect.Python ? PythonWord : UnicodeWord;

    /// <summary>The members that a class escape stands for; null where the letter names no class.</summary>
    public static string? Escape(char letter, RegexDialect dialect) => (letter, dialect) switch
    {
        ('d', _) => @"\d",
        ('D', _) => @"\D",
        ('s', RegexDialect.Python) => @"\s\x1C-\x1F",
        ('S', RegexDialect.Python) => PythonNotSpace,
        ('s', _) => @"\s",
        ('S', _) => @"\S",
        ('w', _) => Word(dialect),
        ('W', RegexDialect.Python) => PythonNotWord,
        _ => null,
    };

    /// <summary>Whether a name in \p{…} is a general category.</summary>
    public static bool IsCategory(string name) => Categories.Contains(name);

    /// <summary>One character as it is written inside or outside of a class.</summary>
    public static string Literal(char c) => char.IsAsciiLetterOrDigit(c) ? c.ToString() : $"\\u{(int)c:X4}";

    /// <summary>A character with its other cases where case is ignored: the simple folding of Unicode, of ASCII letters.</summary>
    public static string Folded(char c, RegexDialect dialect)
    {
        var lower = char.ToLowerInvariant(c);
        var others = (lower, dialect) switch
        {
            ('k', _) => "\u212A",
            ('s', _) => "\u017F",
            ('i', RegexDialect.Python) => "\u0130\u0131",
            _ => "",
        };
        return char.IsAsciiLetter(c) ? string.Concat(new[] { lower, char.ToUpperInvariant(c) }.Concat(others).Select(Literal)) : Literal(c);
    }

    /// <summary>
    /// For each general category a character of the Basic Multilingual Plane that <paramref name="named"/> does not hold: it stands
    /// for all supplementary characters of the category, so that a pattern of categories sees one unit for each code point.
    /// </summary>
    public static IReadOnlyDictionary<UnicodeCategory, char> StandIns(Func<char, bool> named)
    {
        var result = new Dictionary<UnicodeCategory, char>();
        for (var c = '\uFFFD'; c > '\u02FF'; c--)
        {
            var category = char.GetUnicodeCategory(c);
            if (!result.ContainsKey(category) && !named(c) && !CodePoints.IsAlphabeticSymbol(c))
                result.Add(category, c);
        }
        return result;
    }

    /// <summary>The text with each supplementary code point replaced by its stand-in.</summary>
    public static string Replace(string text, IReadOnlyDictionary<UnicodeCategory, char> standIns, char alphabeticSymbol)
    {
        var result = new StringBuilder(text.Length);
        foreach (var rune in text.EnumerateRunes())
        {
            _ = rune.IsBmp ? result.Append((char)rune.Value)
                : CodePoints.IsAlphabeticSymbol(rune.Value) ? result.Append(alphabeticSymbol)
                : result.Append(standIns[Rune.GetUnicodeCategory(rune)]);
        }
        return result.ToString();
    }
}

using System.Globalization;

namespace Loragate.EvalHarness.Text;

/// <summary>What stands behind a backslash, wherever in a pattern: one character, or a general category of Unicode.</summary>
internal sealed class RegexEscapes(RegexCursor cursor)
{
    /// <summary>A general category, \p{…} or \P{…}, as .NET writes it; the letter is read already.</summary>
    public string Property(char letter, bool ignoreCase)
    {
        var end = !cursor.Done && cursor.Current == '{' ? cursor.Pattern.IndexOf('}', cursor.At) : -1;
        if (end < 0 || cursor.Dialect == RegexDialect.Python)
            throw cursor.Fault($"'\\{letter}'");
        var name = cursor.Pattern[(cursor.At + 1)..end];
        if (!RegexClass.IsCategory(name))
            throw cursor.Fault($"the property '{name}' (general categories are supported)");
        if (ignoreCase && name is "Lu" or "Ll" or "Lt")
            throw cursor.Fault($"the property '{name}' where case is ignored");
        cursor.At = end + 1;
        return $"\\{letter}{{{name}}}";
    }

    /// <summary>The character that an escape stands for; the letter after the backslash is read already.</summary>
    public char Character(char c) => c switch
    {
        'n' => '\n',
        'r' => '\r',
        't' => '\t',
        'f' => '\f',
        'v' => '\v',
        'a' => '\a',
        'e' when cursor.Dialect == RegexDialect.Oniguruma => '\x1B',
        'x' when !cursor.Done && cursor.Current == '{' && cursor.Dialect == RegexDialect.Oniguruma => Braced(),
        'x' => Hexadecimal(2),
        'u' => Hexadecimal(4),
        '0' => '\0',
        _ when !char.IsAsciiLetterOrDigit(c) => c,
        _ => throw cursor.Fault($"the escape '\\{c}'"),
    };

    private char Braced()
    {
        var end = cursor.Pattern.IndexOf('}', cursor.At);
        var digits = end - cursor.At - 1;
        if (digits is < 1 or > 4)
            throw cursor.Fault("an escape beyond U+FFFF");
        cursor.At++;
        var result = Hexadecimal(digits);
        cursor.At = end + 1;
        return result;
    }

    private char Hexadecimal(int digits)
    {
        if (cursor.At + digits > cursor.Pattern.Length ||
            !ushort.TryParse(cursor.Pattern.AsSpan(cursor.At, digits), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var code))
            throw cursor.Fault("a hexadecimal escape without its digits");
        cursor.At += digits;
        return (char)code;
    }
}

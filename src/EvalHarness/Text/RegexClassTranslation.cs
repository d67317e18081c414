using System.Text;

namespace Loragate.EvalHarness.Text;

/// <summary>Translates a bracketed class into .NET's syntax, member by member.</summary>
internal sealed class RegexClassTranslation(RegexCursor cursor, RegexEscapes escapes, RegexNamedCharacters named, StringBuilder output)
{
    /// <summary>Writes the class whose opening bracket is read already.</summary>
    /// <exception cref="PatternException">It is malformed or uses a construct that is not supported.</exception>
    public void Translate(bool ignoreCase)
    {
        output.Append('[');
        if (cursor.Current == '^')
        {
            cursor.At++;
            output.Append('^');
        }
        var first = true;
        while (first || cursor.Current != ']')
        {
            Member(ignoreCase);
            first = false;
        }
        cursor.At++;
        output.Append(']');
    }

    private void Member(bool ignoreCase)
    {
        if (cursor.Current == '[' && cursor.Dialect == RegexDialect.Oniguruma)
            throw cursor.Fault("a class within a class");
        if (cursor.Sees("&&") && cursor.Dialect == RegexDialect.Oniguruma)
            throw cursor.Fault("an intersection of classes");
        if (ClassEscape(ignoreCase))
            return;
        var low = ClassCharacter();
        if (cursor.Current != '-' || cursor.At + 1 >= cursor.Pattern.Length || cursor.Pattern[cursor.At + 1] == ']')
        {
            named.Add(low, low, ignoreCase);
            output.Append(ignoreCase ? RegexClass.Folded(low, cursor.Dialect) : RegexClass.Literal(low));
            return;
        }
        cursor.At++;
        if (cursor.Current == '\\' && cursor.At + 1 < cursor.Pattern.Length && "dDsSwWpP".Contains(cursor.Pattern[cursor.At + 1], StringComparison.Ordinal))
            throw cursor.Fault("a range that ends in a class");
        Range(low, ClassCharacter(), ignoreCase);
    }

    private bool ClassEscape(bool ignoreCase)
    {
        if (cursor.Current != '\\' || cursor.At + 1 >= cursor.Pattern.Length)
            return false;
        var letter = cursor.Pattern[cursor.At + 1];
        if (letter is 'p' or 'P')
        {
            cursor.At += 2;
            output.Append(escapes.Property(letter, ignoreCase));
            return true;
        }
        if (letter == 'W' && cursor.Dialect == RegexDialect.Oniguruma)
            throw cursor.Fault("'\\W' in a class");
        if (RegexClass.Escape(letter, cursor.Dialect) is not { } members)
            return false;
        cursor.At += 2;
        output.Append(members);
        return true;
    }

    private char ClassCharacter()
    {
        var c = cursor.Current;
        cursor.At++;
        if (c != '\\')
            return c;
        var letter = cursor.Current;
        cursor.At++;
        return letter == 'b' ? '\b' : escapes.Character(letter);
    }

    private void Range(char low, char high, bool ignoreCase)
    {
        if (low > high)
            throw cursor.Fault($"the range '{low}-{high}' runs backwards");
        named.Add(low, high, ignoreCase);
        if (!ignoreCase)
        {
            output.Append(RegexClass.Literal(low)).Append('-').Append(RegexClass.Literal(high));
            return;
        }
        for (var c = low; c <= high; c++)
            output.Append(RegexClass.Folded(c, cursor.Dialect));
    }
}

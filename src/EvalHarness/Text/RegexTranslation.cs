using System.Globalization;
using System.Text;

namespace Loragate.EvalHarness.Text;

/// <summary>
/// Translates a pattern into .NET's syntax with the meaning of its own dialect. Case folding, \w, \s and \b are written out,
/// possessive quantifiers become atomic groups, named groups become numbered ones; what has no exact counterpart is refused.
/// </summary>
internal sealed class RegexTranslation
{
    private const int MaxLength = 8192;
    private const int MaxDepth = 64;

    private readonly string _pattern;
    private readonly RegexDialect _dialect;
    private readonly string _place;
    private readonly StringBuilder _output = new();
    private readonly List<(char First, char Last)> _named = [];
    private int _at;
    private int _depth;

    private RegexTranslation(string pattern, RegexDialect dialect, string place)
    {
        _pattern = pattern;
        _dialect = dialect;
        _place = place;
        if (pattern.Length > MaxLength)
            throw Fault($"a pattern of {pattern.Length} characters, more than {MaxLength}");
        Alternatives(ignoreCase: false);
        if (_at < pattern.Length)
            throw Fault("')' closes no group");
    }

    /// <summary>The .NET pattern.</summary>
    public string Pattern => _output.ToString();

    /// <summary>How many groups the pattern has, the whole match aside.</summary>
    public int GroupCount { get; private set; }

    /// <summary>The numbers of the named groups.</summary>
    public Dictionary<string, int> GroupNames { get; } = [];

    /// <summary>Whether the pattern names a character, alone or in a range.</summary>
    public bool Names(char c) => _named.Exists(range => range.First <= c && c <= range.Last);

    /// <summary>Translates a pattern.</summary>
    /// <exception cref="PatternException">The pattern is malformed or uses a construct that is not supported.</exception>
    public static RegexTranslation Of(string pattern, RegexDialect dialect, string place) => new(pattern, dialect, place);

    private bool Done => _at >= _pattern.Length;

    private char Current => Done ? throw Fault("the pattern ends too early") : _pattern[_at];

    private void Alternatives(bool ignoreCase)
    {
        if (++_depth > MaxDepth)
            throw Fault("groups nest too deeply");
        while (!Done && Current != ')')
        {
            if (TryFlags(out var ignore))
                ignoreCase = ignore;
            else
                Quantified(ignoreCase);
        }
        _depth--;
    }

    private void Quantified(bool ignoreCase)
    {
        var start = _output.Length;
        if (!Atom(ignoreCase))
            return;
        if (Done || Quantifier() is not { } quantifier)
            return;
        var counted = quantifier[0] == '{';
        var mark = Done ? ' ' : Current;
        if (mark == '+' && counted && _dialect == RegexDialect.Oniguruma)
            throw Fault($"'{quantifier}+', which repeats a repetition");
        _output.Append(quantifier);
        if (mark is not ('?' or '+'))
            return;
        _at++;
        if (mark == '?')
            _output.Append('?');
        else
            _output.Insert(start, "(?>").Append(')');
    }

    private string? Quantifier()
    {
        if (Current is '*' or '+' or '?')
            return _pattern[_at++].ToString();
        var end = Current == '{' ? _pattern.IndexOf('}', _at) : -1;
        if (end < 0)
            return null;
        var body = _pattern[(_at + 1)..end];
        var bounds = body.Split(',');
        if (body.Length < 1 || body == "," || bounds.Length > 2 || !bounds.All(bound => bound.All(char.IsAsciiDigit) && bound.Length <= 4))
            return null;
        _at = end + 1;
        return $"{{{(bounds[0].Length == 0 ? "0" : bounds[0])}{(bounds.Length == 2 ? "," + bounds[1] : "")}}}";
    }

    /// <summary>Writes one atom; false where it takes no quantifier.</summary>
    private bool Atom(bool ignoreCase)
    {
        var c = Current;
        switch (c)
        {
            case '(':
                Group(ignoreCase);
                return true;
            case '[':
                _at++;
                Class(ignoreCase);
                return true;
            case '\\':
                _at++;
                return Escape(ignoreCase);
            case '|':
                _at++;
                _output.Append('|');
                return false;
            case '.':
                _at++;
                _output.Append(@"[^\n]");
                return true;
            case '^' or '$':
                _at++;
                _output.Append(Anchor(c));
                return false;
            case '*' or '+' or '?':
                throw Fault($"'{c}' repeats nothing");
            default:
                _at++;
                Literal(c, ignoreCase);
                return true;
        }
    }

    // In Ruby's syntax ^ and $ always match at lines.
    private string Anchor(char c) => _dialect == RegexDialect.Oniguruma ? $"(?m:{c})" : c.ToString();

    private void Literal(char c, bool ignoreCase)
    {
        Name(c, c, ignoreCase);
        _output.Append(ignoreCase && char.IsAsciiLetter(c) ? $"[{RegexClass.Folded(c, _dialect)}]" : RegexClass.Literal(c));
    }

    private void Name(char first, char last, bool ignoreCase)
    {
        if (char.IsSurrogate(first) || char.IsSurrogate(last))
            throw Fault("a character beyond U+FFFF");
        if (ignoreCase && (first > '\x7F' || last > '\x7F'))
            throw Fault("a character beyond ASCII where case is ignored");
        _named.Add((first, last));
        if (ignoreCase)
            _named.AddRange([('\u0130', '\u0131'), ('\u017F', '\u017F'), ('\u212A', '\u212A')]);
    }

    private bool TryFlags(out bool ignoreCase)
    {
        ignoreCase = true;
        if (string.CompareOrdinal(_pattern, _at, "(?i)", 0, 4) != 0)
            return false;
        // Python takes global flags at the start only; Oniguruma takes them anywhere, up to the end of the group.
        if (_dialect == RegexDialect.Python && _at != 0)
            throw Fault("'(?i)' not at the start");
        _at += 4;
        return true;
    }

    private void Group(bool ignoreCase)
    {
        _at++;
        if (Current == '?')
            Special(ref ignoreCase);
        else
            Capture(null);
        Alternatives(ignoreCase);
        if (Done)
            throw Fault("a group is not closed");
        _at++;
        _output.Append(')');
    }

    private void Special(ref bool ignoreCase)
    {
        foreach (var opening in (string[])["?:", "?=", "?!", "?<=", "?<!", "?>"])
        {
            if (string.CompareOrdinal(_pattern, _at, opening, 0, opening.Length) == 0)
            {
                _at += opening.Length;
                _output.Append('(').Append(opening);
                return;
            }
        }
        if (string.CompareOrdinal(_pattern, _at, "?i:", 0, 3) == 0)
        {
            _at += 3;
            _output.Append("(?:");
            ignoreCase = true;
            return;
        }
        var python = string.CompareOrdinal(_pattern, _at, "?P<", 0, 3) == 0 && _dialect == RegexDialect.Python;
        var named = string.CompareOrdinal(_pattern, _at, "?<", 0, 2) == 0 && _dialect == RegexDialect.Oniguruma;
        if (!python && !named)
            throw Fault($"the group '({_pattern[_at..Math.Min(_pattern.Length, _at + 4)]}'");
        var end = _pattern.IndexOf('>', _at);
        if (end < 0)
            throw Fault("a group's name is not closed");
        Capture(_pattern[(_pattern.IndexOf('<', _at) + 1)..end]);
        _at = end + 1;
    }

    private void Capture(string? name)
    {
        GroupCount++;
        _output.Append('(');
        if (name is not null && !GroupNames.TryAdd(name, GroupCount))
            throw Fault($"two groups are named '{name}'");
    }

    private bool Escape(bool ignoreCase)
    {
        var c = Current;
        if (char.IsAsciiDigit(c) && c != '0')
        {
            BackReference();
            return true;
        }
        _at++;
        var word = RegexClass.Word(_dialect);
        var text = c switch
        {
            'W' => $"[^{word}]",
            'b' => $"(?:(?<=[{word}])(?![{word}])|(?<![{word}])(?=[{word}]))",
            'B' => $"(?:(?<=[{word}])(?=[{word}])|(?<![{word}])(?![{word}]))",
            'A' => @"\A",
            'z' when _dialect == RegexDialect.Oniguruma => @"\z",
            'Z' => _dialect == RegexDialect.Python ? @"\z" : @"\Z",
            'p' or 'P' => Property(c, ignoreCase),
            _ => RegexClass.Escape(c, _dialect) is { } members ? $"[{members}]" : null,
        };
        if (text is null)
            Literal(Character(c), ignoreCase);
        else
            _output.Append(text);
        return c is not ('b' or 'B' or 'A' or 'z' or 'Z');
    }

    private void BackReference()
    {
        var start = _at;
        while (!Done && char.IsAsciiDigit(Current) && _at - start < 2)
            _at++;
        var number = int.Parse(_pattern.AsSpan(start, _at - start), NumberStyles.None, CultureInfo.InvariantCulture);
        if (number > GroupCount)
            throw Fault($"'\\{number}' refers to no group before it");
        _output.Append(CultureInfo.InvariantCulture, $"\\k<{number}>");
    }

    private string Property(char letter, bool ignoreCase)
    {
        var end = !Done && Current == '{' ? _pattern.IndexOf('}', _at) : -1;
        if (end < 0 || _dialect == RegexDialect.Python)
            throw Fault($"'\\{letter}'");
        var name = _pattern[(_at + 1)..end];
        if (!RegexClass.IsCategory(name))
            throw Fault($"the property '{name}' (general categories are supported)");
        if (ignoreCase && name is "Lu" or "Ll" or "Lt")
            throw Fault($"the property '{name}' where case is ignored");
        _at = end + 1;
        return $"\\{letter}{{{name}}}";
    }

    /// <summary>The character that an escape stands for; the letter after the backslash is read already.</summary>
    private char Character(char c) => c switch
    {
        'n' => '\n',
        'r' => '\r',
        't' => '\t',
        'f' => '\f',
        'v' => '\v',
        'a' => '\a',
        'e' when _dialect == RegexDialect.Oniguruma => '\x1B',
        'x' when !Done && Current == '{' && _dialect == RegexDialect.Oniguruma => Braced(),
        'x' => Hexadecimal(2),
        'u' => Hexadecimal(4),
        '0' => '\0',
        _ when !char.IsAsciiLetterOrDigit(c) => c,
        _ => throw Fault($"the escape '\\{c}'"),
    };

    private char Braced()
    {
        var end = _pattern.IndexOf('}', _at);
        var digits = end - _at - 1;
        if (digits is < 1 or > 4)
            throw Fault("an escape beyond U+FFFF");
        _at++;
        var result = Hexadecimal(digits);
        _at = end + 1;
        return result;
    }

    private char Hexadecimal(int digits)
    {
        if (_at + digits > _pattern.Length ||
            !ushort.TryParse(_pattern.AsSpan(_at, digits), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var code))
            throw Fault("a hexadecimal escape without its digits");
        _at += digits;
        return (char)code;
    }

    private void Class(bool ignoreCase)
    {
        _output.Append('[');
        if (Current == '^')
        {
            _at++;
            _output.Append('^');
        }
        var first = true;
        while (first || Current != ']')
        {
            Member(ignoreCase);
            first = false;
        }
        _at++;
        _output.Append(']');
    }

    private void Member(bool ignoreCase)
    {
        if (Current == '[' && _dialect == RegexDialect.Oniguruma)
            throw Fault("a class within a class");
        if (string.CompareOrdinal(_pattern, _at, "&&", 0, 2) == 0 && _dialect == RegexDialect.Oniguruma)
            throw Fault("an intersection of classes");
        if (ClassEscape(ignoreCase))
            return;
        var low = ClassCharacter();
        if (Current != '-' || _at + 1 >= _pattern.Length || _pattern[_at + 1] == ']')
        {
            Name(low, low, ignoreCase);
            _output.Append(ignoreCase ? RegexClass.Folded(low, _dialect) : RegexClass.Literal(low));
            return;
        }
        _at++;
        if (Current == '\\' && _at + 1 < _pattern.Length && "dDsSwWpP".Contains(_pattern[_at + 1], StringComparison.Ordinal))
            throw Fault("a range that ends in a class");
        Range(low, ClassCharacter(), ignoreCase);
    }

    private bool ClassEscape(bool ignoreCase)
    {
        if (Current != '\\' || _at + 1 >= _pattern.Length)
            return false;
        var letter = _pattern[_at + 1];
        if (letter is 'p' or 'P')
        {
            _at += 2;
            _output.Append(Property(letter, ignoreCase));
            return true;
        }
        if (letter == 'W' && _dialect == RegexDialect.Oniguruma)
            throw Fault("'\\W' in a class");
        if (RegexClass.Escape(letter, _dialect) is not { } members)
            return false;
        _at += 2;
        _output.Append(members);
        return true;
    }

    private char ClassCharacter()
    {
        var c = Current;
        _at++;
        if (c != '\\')
            return c;
        var letter = Current;
        _at++;
        return letter == 'b' ? '\b' : Character(letter);
    }

    private void Range(char low, char high, bool ignoreCase)
    {
        if (low > high)
            throw Fault($"the range '{low}-{high}' runs backwards");
        Name(low, high, ignoreCase);
        if (!ignoreCase)
        {
            _output.Append(RegexClass.Literal(low)).Append('-').Append(RegexClass.Literal(high));
            return;
        }
        for (var c = low; c <= high; c++)
            _output.Append(RegexClass.Folded(c, _dialect));
    }

    private PatternException Fault(string fault) =>
        new(_place, $"the pattern '{_pattern}' has, at character {_at}, {fault}");
}

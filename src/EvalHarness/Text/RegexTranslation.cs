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

    private readonly RegexCursor _cursor;
    private readonly RegexNamedCharacters _named;
    private readonly RegexEscapes _escapes;
    private readonly RegexClassTranslation _class;
    private readonly StringBuilder _output = new();
    private int _depth;

    private RegexTranslation(RegexCursor cursor)
    {
        _cursor = cursor;
        _named = new RegexNamedCharacters(cursor);
        _escapes = new RegexEscapes(cursor);
        _class = new RegexClassTranslation(cursor, _escapes, _named, _output);
        if (cursor.Pattern.Length > MaxLength)
            throw cursor.Fault($"a pattern of {cursor.Pattern.Length} characters, more than {MaxLength}");
        Alternatives(ignoreCase: false);
        if (!cursor.Done)
            throw cursor.Fault("')' closes no group");
    }

    /// <summary>The .NET pattern.</summary>
    public string Pattern => _output.ToString();

    /// <summary>How many groups the pattern has, the whole match aside.</summary>
    public int GroupCount { get; private set; }

    /// <summary>The numbers of the named groups.</summary>
    public Dictionary<string, int> GroupNames { get; } = [];

    /// <summary>Whether the pattern names a character, alone or in a range.</summary>
    public bool Names(char c) => _named.Hold(c);

    /// <summary>Translates a pattern.</summary>
    /// <exception cref="PatternException">The pattern is malformed or uses a construct that is not supported.</exception>
    public static RegexTranslation Of(string pattern, RegexDialect dialect, string place) => new(new RegexCursor(pattern, dialect, place));

    private void Alternatives(bool ignoreCase)
    {
        if (++_depth > MaxDepth)
            throw _cursor.Fault("groups nest too deeply");
        while (!_cursor.Done && _cursor.Current != ')')
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
        if (_cursor.Done || Quantifier() is not { } quantifier)
            return;
        var counted = quantifier[0] == '{';
        var mark = _cursor.Done ? ' ' : _cursor.Current;
        if (mark == '+' && counted && _cursor.Dialect == RegexDialect.Oniguruma)
            throw _cursor.Fault($"'{quantifier}+', which repeats a repetition");
        _output.Append(quantifier);
        if (mark is not ('?' or '+'))
            return;
        _cursor.At++;
        if (mark == '?')
            _output.Append('?');
        else
            _output.Insert(start, "(?>").Append(')');
    }

    private string? Quantifier()
    {
        if (_cursor.Current is '*' or '+' or '?')
            return _cursor.Pattern[_cursor.At++].ToString();
        var end = _cursor.Current == '{' ? _cursor.Pattern.IndexOf('}', _cursor.At) : -1;
        if (end < 0)
            return null;
        var body = _cursor.Pattern[(_cursor.At + 1)..end];
        var bounds = body.Split(',');
        if (body.Length < 1 || body == "," || bounds.Length > 2 || !bounds.All(bound => bound.All(char.IsAsciiDigit) && bound.Length <= 4))
            return null;
        _cursor.At = end + 1;
        return $"{{{(bounds[0].Length == 0 ? "0" : bounds[0])}{(bounds.Length == 2 ? "," + bounds[1] : "")}}}";
    }

    /// <summary>Writes one atom; false where it takes no quantifier.</summary>
    private bool Atom(bool ignoreCase)
    {
        var c = _cursor.Current;
        switch (c)
        {
            case '(':
                Group(ignoreCase);
                return true;
            case '[':
                _cursor.At++;
                _class.Translate(ignoreCase);
                return true;
            case '\\':
                _cursor.At++;
                return Escape(ignoreCase);
            case '|':
                _cursor.At++;
                _output.Append('|');
                return false;
            case '.':
                _cursor.At++;
                _output.Append(@"[^\n]");
                return true;
            case '^' or '$':
                _cursor.At++;
                _output.Append(Anchor(c));
                return false;
            case '*' or '+' or '?':
                throw _cursor.Fault($"'{c}' repeats nothing");
            default:
                _cursor.At++;
                Literal(c, ignoreCase);
                return true;
        }
    }

    // In Ruby's syntax ^ and $ always match at lines.
    private string Anchor(char c) => _cursor.Dialect == RegexDialect.Oniguruma ? $"(?m:{c})" : c.ToString();

    private void Literal(char c, bool ignoreCase)
    {
        _named.Add(c, c, ignoreCase);
        _output.Append(ignoreCase && char.IsAsciiLetter(c) ? $"[{RegexClass.Folded(c, _cursor.Dialect)}]" : RegexClass.Literal(c));
    }

    private bool TryFlags(out bool ignoreCase)
    {
        ignoreCase = true;
        if (!_cursor.Sees("(?i)"))
            return false;
        // Python takes global flags at the start only; Oniguruma takes them anywhere, up to the end of the group.
        if (_cursor.Dialect == RegexDialect.Python && _cursor.At != 0)
            throw _cursor.Fault("'(?i)' not at the start");
        _cursor.At += 4;
        return true;
    }

    private void Group(bool ignoreCase)
    {
        _cursor.At++;
        if (_cursor.Current == '?')
            Special(ref ignoreCase);
        else
            Capture(null);
        Alternatives(ignoreCase);
        if (_cursor.Done)
            throw _cursor.Fault("a group is not closed");
        _cursor.At++;
        _output.Append(')');
    }

    private void Special(ref bool ignoreCase)
    {
        foreach (var opening in (string[])["?:", "?=", "?!", "?<=", "?<!", "?>"])
        {
            if (_cursor.TryPass(opening))
            {
                _output.Append('(').Append(opening);
                return;
            }
        }
        if (_cursor.TryPass("?i:"))
        {
            _output.Append("(?:");
            ignoreCase = true;
            return;
        }
        var python = _cursor.Sees("?P<") && _cursor.Dialect == RegexDialect.Python;
        var named = _cursor.Sees("?<") && _cursor.Dialect == RegexDialect.Oniguruma;
        if (!python && !named)
            throw _cursor.Fault($"the group '({_cursor.Pattern[_cursor.At..Math.Min(_cursor.Pattern.Length, _cursor.At + 4)]}'");
        var end = _cursor.Pattern.IndexOf('>', _cursor.At);
        if (end < 0)
            throw _cursor.Fault("a group's name is not closed");
        Capture(_cursor.Pattern[(_cursor.Pattern.IndexOf('<', _cursor.At) + 1)..end]);
        _cursor.At = end + 1;
    }

    private void Capture(string? name)
    {
        GroupCount++;
        _output.Append('(');
        if (name is not null && !GroupNames.TryAdd(name, GroupCount))
            throw _cursor.Fault($"two groups are named '{name}'");
    }

    private bool Escape(bool ignoreCase)
    {
        var c = _cursor.Current;
        if (char.IsAsciiDigit(c) && c != '0')
        {
            BackReference();
            return true;
        }
        _cursor.At++;
        var word = RegexClass.Word(_cursor.Dialect);
        var text = c switch
        {
            'W' => $"[^{word}]",
            'b' => $"(?:(?<=[{word}])(?![{word}])|(?<![{word}])(?=[{word}]))",
            'B' => $"(?:(?<=[{word}])(?=[{word}])|(?<![{word}])(?![{word}]))",
            'A' => @"\A",
            'z' when _cursor.Dialect == RegexDialect.Oniguruma => @"\z",
            'Z' => _cursor.Dialect == RegexDialect.Python ? @"\z" : @"\Z",
            'p' or 'P' => _escapes.Property(c, ignoreCase),
            _ => RegexClass.Escape(c, _cursor.Dialect) is { } members ? $"[{members}]" : null,
        };
        if (text is null)
            Literal(_escapes.Character(c), ignoreCase);
        else
            _output.Append(text);
        return c is not ('b' or 'B' or 'A' or 'z' or 'Z');
    }

    private void BackReference()
    {
        var start = _cursor.At;
        while (!_cursor.Done && char.IsAsciiDigit(_cursor.Current) && _cursor.At - start < 2)
            _cursor.At++;
        var number = int.Parse(_cursor.Pattern.AsSpan(start, _cursor.At - start), NumberStyles.None, CultureInfo.InvariantCulture);
        if (number > GroupCount)
            throw _cursor.Fault($"'\\{number}' refers to no group before it");
        _output.Append(CultureInfo.InvariantCulture, $"\\k<{number}>");
    }
}

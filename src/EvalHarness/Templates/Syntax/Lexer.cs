using System.Globalization;
using System.Text;
using Loragate.EvalHarness.Text;

namespace Loragate.EvalHarness.Templates.Syntax;

/// <summary>
/// Splits a template into tokens as Jinja 3 does: line breaks become \n, <c>-</c> inside of a tag strips
/// the white space beside it, comments vanish, <c>{% raw %}</c> is text.
/// </summary>
internal sealed class Lexer
{
    private static readonly string[] Operators =
        ["//", "**", "==", "!=", "<=", ">=", "+", "-", "*", "/", "%", "~", "(", ")", "[", "]", "{", "}", ",", ":", ".", "|", "=", "<", ">", ";"];

    private readonly string _source;
    private readonly string _place;
    private readonly TemplateOptions _options;
    private readonly List<Token> _tokens = [];
    private int _at;
    private int _line = 1;
    private bool _stripNext;
    private bool _trimNext;

    private Lexer(string source, string place, TemplateOptions options)
    {
        var lines = source.Replace("\r\n", "\n", StringComparison.Ordinal).Replace('\r', '\n');
        _source = options.KeepTrailingNewline || !lines.EndsWith('\n') ? lines : lines[..^1];
        _place = place;
        _options = options;
    }

    /// <summary>All tokens, the end included.</summary>
    /// <exception cref="TemplateException">A tag or a string is not closed, or a character belongs to no token.</exception>
    public static IReadOnlyList<Token> Read(string source, string place, TemplateOptions options)
    {
        var lexer = new Lexer(source, place, options);
        lexer.Run();
        return lexer._tokens;
    }

    private void Run()
    {
        while (_at < _source.Length)
        {
            var tag = NextTag();
            Data(_source[_at..tag], tag < _source.Length ? tag : null);
            if (tag == _source.Length)
                break;
            Advance(tag);
            Tag();
        }
        _tokens.Add(new Token(TokenKind.End, "", _line));
    }

    private int NextTag()
    {
        for (var i = _at; i + 1 < _source.Length; i++)
        {
            if (_source[i] == '{' && (_source[i + 1] is '{' or '%' or '#'))
                return i;
        }
        return _source.Length;
    }

    private void Data(string text, int? tag)
    {
        if (_stripNext)
            text = CodePoints.Strip(text, end: false);
        else if (_trimNext && text.StartsWith('\n'))
            text = text[1..];
        _stripNext = _trimNext = false;
        if (tag is { } at)
            text = BeforeTag(text, at);
        if (text.Length > 0)
            _tokens.Add(new Token(TokenKind.Data, text, _line));
    }

    private string BeforeTag(string text, int tag)
    {
        var sign = tag + 2 < _source.Length ? _source[tag + 2] : ' ';
        if (sign == '-')
            return CodePoints.Strip(text, start: false);
        if (sign == '+' || !_options.LstripBlocks || _source[tag + 1] == '{')
            return text;
        var lineStart = text.LastIndexOf('\n') + 1;
        var wholeLine = lineStart > 0 || tag == text.Length || _source[tag - text.Length - 1] == '\n';
        return wholeLine && text.AsSpan(lineStart).Trim().IsEmpty ? text[..lineStart] : text;
    }

    private void Tag()
    {
        var kind = _source[_at + 1];
        var signed = _at + 2 < _source.Length && (_source[_at + 2] is '-' or '+');
        Advance(_at + (signed ? 3 : 2));
        if (kind == '#')
            Comment();
        else if (kind == '%' && TryRaw())
            return;
        else
            Inside(kind);
    }

    private void Comment()
    {
        var end = _source.IndexOf("#}", _at, StringComparison.Ordinal);
        if (end < 0)
            throw Fault("a comment is not closed");
        var strip = _source[end - 1] == '-' && end > _at;
        Advance(end + 2);
        (_stripNext, _trimNext) = (strip, _options.TrimBlocks);
    }

    private bool TryRaw()
    {
        if (Closing(_at, "raw") is not { } open)
            return false;
        for (var i = open.End; (i = _source.IndexOf("{%", i, StringComparison.Ordinal)) >= 0; i += 2)
        {
            var start = i + 2 < _source.Length && (_source[i + 2] is '-' or '+') ? i + 3 : i + 2;
            if (Closing(start, "endraw") is not { } close)
                continue;
            var text = _source[open.End..i];
            text = open.Strip ? CodePoints.Strip(text, end: false) : text;
            text = start == i + 3 && _source[i + 2] == '-' ? CodePoints.Strip(text, start: false) : text;
            if (text.Length > 0)
                _tokens.Add(new Token(TokenKind.Data, text, _line));
            Advance(close.End);
            (_stripNext, _trimNext) = (close.Strip, _options.TrimBlocks);
            return true;
        }
        throw Fault("'raw' is not closed");
    }

    /// <summary>The end of a tag that holds nothing but <paramref name="word"/>.</summary>
    private (int End, bool Strip)? Closing(int at, string word)
    {
        while (at < _source.Length && char.IsWhiteSpace(_source[at]))
            at++;
        if (string.CompareOrdinal(_source, at, word, 0, word.Length) != 0)
            return null;
        at += word.Length;
        while (at < _source.Length && char.IsWhiteSpace(_source[at]))
            at++;
        var strip = at < _source.Length && _source[at] == '-';
        at += strip ? 1 : 0;
        return string.CompareOrdinal(_source, at, "%}", 0, 2) == 0 ? (at + 2, strip) : null;
    }

    private void Inside(char kind)
    {
        var output = kind == '{';
        _tokens.Add(new Token(output ? TokenKind.OutputBegin : TokenKind.BlockBegin, "", _line));
        var depth = 0;
        while (true)
        {
            SkipBlanks();
            if (_at >= _source.Length)
                throw Fault("a tag is not closed");
            if (depth == 0 && TryClose(output))
                return;
            depth += Next() switch { "(" or "[" or "{" => 1, ")" or "]" or "}" => -1, _ => 0 };
        }
    }

    private bool TryClose(bool output)
    {
        var end = output ? "}}" : "%}";
        var sign = (_source[_at] is '-' or '+') && string.CompareOrdinal(_source, _at + 1, end, 0, 2) == 0 ? _source[_at] : ' ';
        var start = sign == ' ' ? _at : _at + 1;
        if (string.CompareOrdinal(_source, start, end, 0, 2) != 0)
            return false;
        Advance(start + 2);
        _tokens.Add(new Token(output ? TokenKind.OutputEnd : TokenKind.BlockEnd, "", _line));
        (_stripNext, _trimNext) = (sign == '-', _options.TrimBlocks && !output && sign != '+');
        return true;
    }

    private void SkipBlanks()
    {
        var end = _at;
        while (end < _source.Length && char.IsWhiteSpace(_source[end]))
            end++;
        Advance(end);
    }

    private string Next()
    {
        var c = _source[_at];
        if (c is '\'' or '"')
            return Take(TokenKind.Text, Literal(c));
        if (char.IsAsciiDigit(c))
            return Number();
        if (char.IsLetter(c) || c == '_')
            return Name();
        foreach (var candidate in Operators)
        {
            if (string.CompareOrdinal(_source, _at, candidate, 0, candidate.Length) == 0)
            {
                _at += candidate.Length;
                return Take(TokenKind.Operator, candidate);
            }
        }
        throw Fault($"the character '{c}' in a tag");
    }

    private string Take(TokenKind kind, string text)
    {
        _tokens.Add(new Token(kind, text, _line));
        return kind == TokenKind.Operator ? text : "";
    }

    private string Name()
    {
        var start = _at;
        while (_at < _source.Length && (char.IsLetterOrDigit(_source[_at]) || _source[_at] == '_'))
            _at++;
        return Take(TokenKind.Name, _source[start.._at]);
    }

    private string Number()
    {
        var start = _at;
        Digits();
        var isFloat = false;
        if (_at + 1 < _source.Length && _source[_at] == '.' && char.IsAsciiDigit(_source[_at + 1]))
        {
            _at++;
            Digits();
            isFloat = true;
        }
        if (_at + 1 < _source.Length && (_source[_at] is 'e' or 'E') && (char.IsAsciiDigit(_source[_at + 1]) || (_at + 2 < _source.Length && (_source[_at + 1] is '+' or '-') && char.IsAsciiDigit(_source[_at + 2]))))
        {
            _at += 2;
            Digits();
            isFloat = true;
        }
        return Take(isFloat ? TokenKind.Float : TokenKind.Integer, _source[start.._at].Replace("_", "", StringComparison.Ordinal));
    }

    private void Digits()
    {
        while (_at < _source.Length && (char.IsAsciiDigit(_source[_at]) || _source[_at] == '_'))
            _at++;
    }

    private string Literal(char quote)
    {
        var result = new StringBuilder();
        var i = _at + 1;
        while (i < _source.Length && _source[i] != quote)
        {
            if (_source[i] != '\\')
                result.Append(_source[i++]);
            else
                i = Escape(i, result);
        }
        if (i >= _source.Length)
            throw Fault("a string is not closed");
        Advance(i + 1);
        return result.ToString();
    }

    /// <summary>Python's "unicode-escape": an unknown escape keeps its backslash.</summary>
    private int Escape(int at, StringBuilder result)
    {
        if (at + 1 >= _source.Length)
            throw Fault("a string is not closed");
        var c = _source[at + 1];
        if (c is 'x' or 'u' or 'U')
            return Hexadecimal(at, c switch { 'x' => 2, 'u' => 4, _ => 8 }, result);
        if (c is >= '0' and <= '7')
            return Octal(at, result);
        if (c == 'N')
            throw Fault("the escape '\\N'");
        result.Append(c switch
        {
            'n' => "\n",
            't' => "\t",
            'r' => "\r",
            'a' => "\a",
            'b' => "\b",
            'f' => "\f",
            'v' => "\v",
            '\n' => "",
            '\\' or '\'' or '"' => c.ToString(),
            _ => "\\" + c,
        });
        return at + 2;
    }

    private int Hexadecimal(int at, int digits, StringBuilder result)
    {
        var end = at + 2 + digits;
        if (end > _source.Length || !int.TryParse(_source.AsSpan(at + 2, digits), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var code) || !Rune.IsValid(code))
            throw Fault("an escape that is no character");
        result.Append(new Rune(code).ToString());
        return end;
    }

    private int Octal(int at, StringBuilder result)
    {
        var end = at + 1;
        var code = 0;
        while (end < _source.Length && end < at + 4 && _source[end] is >= '0' and <= '7')
            code = (code * 8) + _source[end++] - '0';
        result.Append((char)code);
        return end;
    }

    private void Advance(int to)
    {
        _line += _source.AsSpan(_at, to - _at).Count('\n');
        _at = to;
    }

    private TemplateException Fault(string fault) => new($"{_place}, template line {_line.ToString(CultureInfo.InvariantCulture)}", fault);
}

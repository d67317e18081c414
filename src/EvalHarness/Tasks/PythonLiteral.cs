using System.Globalization;
using System.Numerics;
using System.Text;
using Loragate.EvalHarness.Templates;
using Loragate.EvalHarness.Text;

namespace Loragate.EvalHarness.Tasks;

/// <summary>
/// Python's <c>ast.literal_eval</c> for what templates print: None, truth values, numbers, strings, lists, tuples (as lists) and
/// dictionaries with string keys.
/// </summary>
internal sealed class PythonLiteral
{
    private const int MaxDepth = 32;

    private readonly string _text;
    private int _at;

    private PythonLiteral(string text) => _text = text;

    /// <summary>The value, or null where the text is no literal.</summary>
    public static Value? Parse(string text)
    {
        var parser = new PythonLiteral(text);
        var value = parser.Read(0);
        parser.SkipBlanks();
        return parser._at == text.Length ? value : null;
    }

    private char Current => _at < _text.Length ? _text[_at] : '\0';

    private Value? Read(int depth)
    {
        SkipBlanks();
        return depth > MaxDepth ? null : Current switch
        {
            '[' => List(']', depth),
            '(' => List(')', depth),
            '{' => Dictionary(depth),
            '\'' or '"' => Strings(),
            _ => Word(),
        };
    }

    private ListValue? List(char end, int depth)
    {
        _at++;
        var items = new List<Value>();
        while (true)
        {
            if (TryTake(end))
                return new ListValue(items);
            if (items.Count > 0 && !TryTake(','))
                return null;
            if (items.Count > 0 && TryTake(end))
                return new ListValue(items);
            if (Read(depth + 1) is not { } item)
                return null;
            items.Add(item);
        }
    }

    private DictValue? Dictionary(int depth)
    {
        _at++;
        var entries = new List<KeyValuePair<string, Value>>();
        while (!TryTake('}'))
        {
            if (entries.Count > 0 && !TryTake(','))
                return null;
            if (entries.Count > 0 && TryTake('}'))
                break;
            if (Read(depth + 1) is not StringValue key || !TryTake(':') || Read(depth + 1) is not { } value)
                return null;
            entries.Add(KeyValuePair.Create(key.Content, value));
        }
        return new DictValue(entries);
    }

    private StringValue? Strings()
    {
        var result = new StringBuilder();
        while (Current is '\'' or '"')
        {
            if (!Append(result))
                return null;
            SkipBlanks();
        }
        return CodePoints.IsWellFormed(result.ToString()) ? new StringValue(result.ToString()) : null;
    }

    private bool Append(StringBuilder result)
    {
        var quote = _text[_at];
        if (string.CompareOrdinal(_text, _at, new string(quote, 3), 0, 3) == 0)
            return false;
        for (_at++; _at < _text.Length; _at++)
        {
            var c = _text[_at];
            if (c == quote)
            {
                _at++;
                return true;
            }
            if (c == '\n')
                return false;
            if (c != '\\')
                result.Append(c);
            else if (!Escape(result))
                return false;
        }
        return false;
    }

    private bool Escape(StringBuilder result)
    {
        _at++;
        var digits = Current switch { 'x' => 2, 'u' => 4, 'U' => 8, _ => 0 };
        if (digits > 0)
        {
            if (_at + digits >= _text.Length || !int.TryParse(_text.AsSpan(_at + 1, digits), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var code) || !Rune.IsValid(code))
                return false;
            result.Append(new Rune(code).ToString());
            _at += digits;
            return true;
        }
        if (Current is '\0' or 'N' or (>= '0' and <= '7'))
            return false;
        result.Append(Current switch
        {
            'n' => "\n",
            't' => "\t",
            'r' => "\r",
            'a' => "\a",
            'b' => "\b",
            'f' => "\f",
            'v' => "\v",
            '\n' => "",
            '\\' or '\'' or '"' => Current.ToString(),
            _ => "\\" + Current,
        });
        return true;
    }

    private Value? Word()
    {
        var start = _at;
        while (char.IsAsciiLetterOrDigit(Current) || Current is '_' or '.' or '+' or '-')
            _at++;
        var word = _text[start.._at];
        return word switch
        {
            "None" => NoneValue.Instance,
            "True" => BoolValue.Of(true),
            "False" => BoolValue.Of(false),
            _ => Number(word),
        };
    }

    private static Value? Number(string word)
    {
        var digits = word.TrimStart('-', '+');
        if (digits.Length == 0 || digits.Length < word.Length - 1 || (!char.IsAsciiDigit(digits[0]) && digits[0] != '.'))
            return null;
        if (digits.All(char.IsAsciiDigit))
            return digits[0] == '0' && digits.Trim('0').Length > 0 ? null : new IntValue(BigInteger.Parse(word, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture));
        return double.TryParse(word, NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint | NumberStyles.AllowExponent, CultureInfo.InvariantCulture, out var real)
            ? new FloatValue(real)
            : null;
    }

    private bool TryTake(char c)
    {
        SkipBlanks();
        var found = Current == c;
        _at += found ? 1 : 0;
        return found;
    }

    private void SkipBlanks()
    {
        while (Current is ' ' or '\t' or '\n' or '\r' or '\f')
            _at++;
    }
}

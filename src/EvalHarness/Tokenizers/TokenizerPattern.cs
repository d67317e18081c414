using System.Text.Json;
using Loragate.EvalHarness.Text;

namespace Loragate.EvalHarness.Tokenizers;

/// <summary>What a Split or Replace component looks for: a literal string or a regular expression.</summary>
internal sealed class TokenizerPattern
{
    private readonly string? _literal;
    private readonly CodePointRegex? _regex;

    private TokenizerPattern(string? literal, CodePointRegex? regex) => (_literal, _regex) = (literal, regex);

    /// <summary>Reads <c>{"String": …}</c> or <c>{"Regex": …}</c>.</summary>
    public static TokenizerPattern Parse(TokenizerNode node)
    {
        var pattern = node.Child("pattern") ?? throw node.Fault("'pattern' is missing");
        return pattern.Element.TryGetProperty("Regex", out var regex) && regex.ValueKind == JsonValueKind.String
            ? Regex(regex.GetString()!, pattern.Place)
            : new TokenizerPattern(pattern.Text("String"), null);
    }

    /// <summary>A pattern in Oniguruma's syntax.</summary>
    public static TokenizerPattern Regex(string pattern, string place)
    {
        try
        {
            return new TokenizerPattern(null, CodePointRegex.Parse(pattern, RegexDialect.Oniguruma, place));
        }
        catch (PatternException e)
        {
            throw new TokenizerException(place, e.Fault, inner: e);
        }
    }

    /// <summary>The matches in a text, from left to right; empty ones do not count.</summary>
    public List<(int Start, int End)> Find(string text) => _regex is not null ? FindRegex(text) : FindLiteral(text, _literal!);

    /// <summary>The text with every match replaced.</summary>
    public string Replace(string text, string content)
    {
        if (_literal is { Length: > 0 })
            return text.Replace(_literal, content, StringComparison.Ordinal);
        var result = new System.Text.StringBuilder(text.Length);
        var at = 0;
        foreach (var (start, end) in Find(text))
        {
            result.Append(text, at, start - at).Append(content);
            at = end;
        }
        return result.Append(text, at, text.Length - at).ToString();
    }

    private List<(int Start, int End)> FindRegex(string text)
    {
        var spans = _regex!.Spans(text);
        spans.RemoveAll(static span => span.Start == span.End);
        return spans;
    }

    private static List<(int Start, int End)> FindLiteral(string text, string literal)
    {
        var result = new List<(int, int)>();
        if (literal.Length == 0)
            return result;
        for (var at = text.IndexOf(literal, StringComparison.Ordinal); at >= 0; at = text.IndexOf(literal, at + literal.Length, StringComparison.Ordinal))
            result.Add((at, at + literal.Length));
        return result;
    }
}

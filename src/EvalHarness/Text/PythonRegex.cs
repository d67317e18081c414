using System.Globalization;
using System.Text;

namespace Loragate.EvalHarness.Text;

/// <summary>The functions of Python's <c>re</c> that tasks use.</summary>
internal sealed class PythonRegex
{
    private const string Special = "()[]{}?*+-|^$\\.&~# \t\n\r\v\f";

    private static readonly TimeSpan MostSearching = TimeSpan.FromMinutes(1);

    private readonly SearchBudget _searches = new(MostSearching);
    private readonly CodePointRegex _regex;
    private readonly string _place;

    private PythonRegex(CodePointRegex regex, string place)
    {
        _regex = regex;
        _place = place;
    }

    /// <summary>Python's <c>re.compile</c>.</summary>
    /// <exception cref="PatternException">The pattern is malformed or uses a construct that is not supported.</exception>
    public static PythonRegex Compile(string pattern, string place) => new(CodePointRegex.Parse(pattern, RegexDialect.Python, place), place);

    /// <summary>Python's <c>re.escape</c>.</summary>
    public static string Escape(string text) => string.Concat(text.Select(static c => Special.Contains(c, StringComparison.Ordinal) ? $"\\{c}" : c.ToString()));

    /// <summary>Python's <c>findall</c>: per match the whole match, the one group, or all groups; a group that took no part is "".</summary>
    public List<string[]> FindAll(string text) =>
        [.. Matches(text).Select(match => (match.Length == 1 ? match : match[1..]).Select(range => range is { } r ? text[r] : "").ToArray())];

    /// <summary>Python's <c>re.sub</c> with a template; <paramref name="count"/> 0 replaces all.</summary>
    public string Substitute(string text, string template, int count = 0, Action<long>? checkLength = null)
    {
        var result = new StringBuilder();
        var at = 0;
        var done = 0;
        foreach (var match in Matches(text))
        {
            if (count > 0 && done++ == count)
                break;
            var whole = match[0]!.Value;
            result.Append(text, at, whole.Start.Value - at).Append(Expand(template, text, match));
            at = whole.End.Value;
            checkLength?.Invoke(result.Length);
        }
        checkLength?.Invoke(result.Length + (long)(text.Length - at));
        return result.Append(text, at, text.Length - at).ToString();
    }

    private List<Range?[]> Matches(string text) => _searches.Run(() => _regex.Matches(text), fault => new PatternException(_place, fault));

    private string Expand(string template, string text, Range?[] match)
    {
        if (!template.Contains('\\', StringComparison.Ordinal))
            return template;
        var result = new StringBuilder();
        for (var i = 0; i < template.Length; i++)
        {
            if (template[i] != '\\')
            {
                result.Append(template[i]);
                continue;
            }
            i++;
            if (i == template.Length)
                throw new PatternException(_place, $"the replacement '{template}' ends in a backslash");
            result.Append(Escape(template, ref i, text, match));
        }
        return result.ToString();
    }

    private string Escape(string template, ref int i, string text, Range?[] match)
    {
        var c = template[i];
        if (c == 'g' && i + 1 < template.Length && template[i + 1] == '<' && template.IndexOf('>', i) is > 0 and var end)
        {
            var name = template[(i + 2)..end];
            i = end;
            return Group(Number(name), template, text, match);
        }
        if (char.IsAsciiDigit(c) && c != '0')
        {
            var two = i + 1 < template.Length && char.IsAsciiDigit(template[i + 1]);
            var number = int.Parse(template.AsSpan(i, two ? 2 : 1), NumberStyles.None, CultureInfo.InvariantCulture);
            i += two ? 1 : 0;
            return Group(number, template, text, match);
        }
        return c switch
        {
            'n' => "\n",
            't' => "\t",
            'r' => "\r",
            'f' => "\f",
            'v' => "\v",
            'a' => "\a",
            '\\' => "\\",
            _ when char.IsAsciiLetterOrDigit(c) => throw new PatternException(_place, $"the replacement '{template}' has the escape '\\{c}'"),
            _ => "\\" + c,
        };
    }

    private int Number(string name) =>
        int.TryParse(name, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number
        : _regex.GroupNames.GetValueOrDefault(name, int.MaxValue);

    private string Group(int number, string template, string text, Range?[] match) =>
        number >= match.Length ? throw new PatternException(_place, $"the replacement '{template}' refers to a group that the pattern has not")
        : match[number] is { } range ? text[range] : "";
}

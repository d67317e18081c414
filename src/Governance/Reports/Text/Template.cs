using System.Text;
using System.Text.RegularExpressions;

namespace Loragate.Governance.Reports.Text;

/// <summary>A text with named gaps, "{count} more places": literals, and between two of them a gap.</summary>
/// <param name="Literals">The literals, one more than gaps; the first and the last may be empty.</param>
/// <param name="Gaps">The names of the gaps.</param>
internal sealed partial record Template(IReadOnlyList<string> Literals, IReadOnlyList<string> Gaps)
{
    /// <summary>Reads a text whose gaps are lower-case names in braces.</summary>
    public static Template Of(string text)
    {
        var parts = Gap().Split(text);
        return new Template([.. parts.Where((_, i) => i % 2 == 0)], [.. parts.Where((_, i) => i % 2 == 1)]);
    }

    /// <summary>The text with its gaps filled; values are never scanned for gaps themselves.</summary>
    public string Fill(Func<string, string> valueOf)
    {
        var filled = new StringBuilder(Literals[0]);
        for (var i = 0; i < Gaps.Count; i++)
            filled.Append(valueOf(Gaps[i])).Append(Literals[i + 1]);
        return filled.ToString();
    }

    /// <summary>What stands in the gaps of a text of this form, or null where it has another. A gap ends where the next literal first begins, so that the time is linear in the text.</summary>
    public IReadOnlyDictionary<string, string>? Match(string text)
    {
        if (!text.StartsWith(Literals[0], StringComparison.Ordinal))
            return null;
        var values = new Dictionary<string, string>(StringComparer.Ordinal);
        var at = Literals[0].Length;
        for (var i = 0; i < Gaps.Count; i++)
        {
            var literal = Literals[i + 1];
            var end = i == Gaps.Count - 1 ? EndOfLast(text, at, literal) : text.IndexOf(literal, at, StringComparison.Ordinal);
            if (end < 0)
                return null;
            values[Gaps[i]] = text[at..end];
            at = end + literal.Length;
        }
        return at == text.Length ? values : null;
    }

    private static int EndOfLast(string text, int from, string literal) =>
        text.Length - literal.Length >= from && text.EndsWith(literal, StringComparison.Ordinal) ? text.Length - literal.Length : -1;

    [GeneratedRegex(@"\{([a-z]+)\}", RegexOptions.CultureInvariant)]
    private static partial Regex Gap();
}

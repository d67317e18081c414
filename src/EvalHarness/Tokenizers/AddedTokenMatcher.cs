using System.Text;
using Loragate.EvalHarness.Text;

namespace Loragate.EvalHarness.Tokenizers;

/// <summary>
/// Finds added tokens in text: at each place the longest, from left to right without overlap. A match that breaks the rule of single
/// words counts as plain text.
/// </summary>
internal sealed class AddedTokenMatcher
{
    private readonly Dictionary<char, (string Content, AddedToken Token)[]> _byFirst;
    private readonly System.Buffers.SearchValues<char> _firsts;

    /// <summary>A matcher of tokens by the text that each is sought as.</summary>
    public AddedTokenMatcher(IEnumerable<(string Content, AddedToken Token)> tokens)
    {
        _byFirst = tokens.Where(static token => token.Content.Length > 0)
            .GroupBy(static token => token.Content[0])
            .ToDictionary(static group => group.Key, static group => group.OrderByDescending(static token => token.Content.Length).ToArray());
        _firsts = System.Buffers.SearchValues.Create([.. _byFirst.Keys]);
    }

    /// <summary>The text in parts: plain text, or an added token.</summary>
    public IEnumerable<(string Text, AddedToken? Token)> Split(string text)
    {
        var at = 0;
        var plain = 0;
        while (Next(text, at) is { } match)
        {
            at = match.Start + match.Content.Length;
            if (match.Token.SingleWord && (EndsWithWord(text.AsSpan(0, match.Start)) || StartsWithWord(text.AsSpan(at))))
                continue;
            var start = match.Token.LeftStrip ? Math.Max(text.AsSpan(0, match.Start).TrimEnd().Length, plain) : match.Start;
            var end = match.Token.RightStrip ? text.Length - text.AsSpan(at).TrimStart().Length : at;
            if (plain < start)
                yield return (text[plain..start], null);
            yield return (match.Content, match.Token);
            plain = end;
        }
        if (plain < text.Length)
            yield return (text[plain..], null);
    }

    private (int Start, string Content, AddedToken Token)? Next(string text, int from)
    {
        for (var at = from; at < text.Length; at++)
        {
            var skip = text.AsSpan(at).IndexOfAny(_firsts);
            if (skip < 0)
                return null;
            at += skip;
            foreach (var (content, token) in _byFirst[text[at]])
            {
                if (text.AsSpan(at).StartsWith(content, StringComparison.Ordinal))
                    return (at, content, token);
            }
        }
        return null;
    }

    private static bool EndsWithWord(ReadOnlySpan<char> text) =>
        Rune.DecodeLastFromUtf16(text, out var rune, out _) == System.Buffers.OperationStatus.Done && CodePoints.IsWord(rune);

    private static bool StartsWithWord(ReadOnlySpan<char> text) =>
        Rune.DecodeFromUtf16(text, out var rune, out _) == System.Buffers.OperationStatus.Done && CodePoints.IsWord(rune);
}

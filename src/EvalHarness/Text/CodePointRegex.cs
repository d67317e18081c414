using System.Globalization;
using System.Text.RegularExpressions;

namespace Loragate.EvalHarness.Text;

/// <summary>
/// A regular expression that matches code points. .NET matches UTF-16 units and gives both halves of a supplementary character the
/// category "surrogate"; here such a character is matched through a stand-in of its own category.
/// </summary>
internal sealed class CodePointRegex
{
    /// <summary>The longest time one search may take; a pattern that needs more is hostile.</summary>
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(2);

    private readonly Regex _regex;
    private readonly IReadOnlyDictionary<UnicodeCategory, char> _standIns;
    private readonly char _alphabeticSymbol;
    private readonly string _place;

    private CodePointRegex(RegexTranslation translation, RegexOptions options, string place)
    {
        _place = place;
        try
        {
            _regex = new Regex(translation.Pattern, RegexOptions.CultureInvariant | options, Timeout);
        }
        catch (ArgumentException e)
        {
            throw new PatternException(place, $"the pattern is malformed ({e.Message})", e);
        }
        _standIns = RegexClass.StandIns(translation.Names);
        _alphabeticSymbol = Enumerable.Range(0x24B6, 0x34).Select(code => (char)code).FirstOrDefault(c => !translation.Names(c), 'Ⓐ');
        GroupNames = translation.GroupNames;
        GroupCount = translation.GroupCount;
    }

    /// <summary>How many groups the pattern has, the whole match aside.</summary>
    public int GroupCount { get; }

    /// <summary>The numbers of the named groups.</summary>
    public IReadOnlyDictionary<string, int> GroupNames { get; }

    /// <summary>Reads a pattern of a dialect.</summary>
    /// <exception cref="PatternException">The pattern is malformed or uses a construct that is not supported.</exception>
    public static CodePointRegex Parse(string pattern, RegexDialect dialect, string place) =>
        new(RegexTranslation.Of(pattern, dialect, place), dialect == RegexDialect.Oniguruma ? RegexOptions.Compiled : RegexOptions.None, place);

    /// <summary>All matches from left to right, as ranges of <paramref name="text"/>; element 0 is the whole match, null a group that took no part.</summary>
    /// <exception cref="PatternException">The search takes too long.</exception>
    public List<Range?[]> Matches(string text)
    {
        var offsets = Offsets(text);
        var subject = offsets is null ? text : RegexClass.Replace(text, _standIns, _alphabeticSymbol);
        var result = new List<Range?[]>();
        try
        {
            for (var match = _regex.Match(subject); match.Success; match = match.NextMatch())
                result.Add([.. match.Groups.Cast<Group>().Select(group => group.Success ? Original(group.Index, group.Length, offsets) : (Range?)null)]);
        }
        catch (RegexMatchTimeoutException e)
        {
            throw new PatternException(_place, $"the pattern takes longer than {Timeout.TotalSeconds} s to search {text.Length} characters", e);
        }
        return result;
    }

    /// <summary>The whole matches alone: start and length.</summary>
    /// <exception cref="PatternException">The search takes too long.</exception>
    public List<(int Start, int End)> Spans(string text)
    {
        var offsets = Offsets(text);
        var subject = offsets is null ? text : RegexClass.Replace(text, _standIns, _alphabeticSymbol);
        var result = new List<(int, int)>();
        try
        {
            foreach (var match in _regex.EnumerateMatches(subject))
                result.Add(offsets is null ? (match.Index, match.Index + match.Length) : (offsets[match.Index], offsets[match.Index + match.Length]));
        }
        catch (RegexMatchTimeoutException e)
        {
            throw new PatternException(_place, $"the pattern takes longer than {Timeout.TotalSeconds} s to search {text.Length} characters", e);
        }
        return result;
    }

    private static Range Original(int start, int length, int[]? offsets) =>
        offsets is null ? new Range(start, start + length) : new Range(offsets[start], offsets[start + length]);

    /// <summary>Where each code point starts in the text, and its end; null where code points and UTF-16 units coincide.</summary>
    private static int[]? Offsets(string text)
    {
        if (!text.AsSpan().ContainsAnyInRange('\uD800', '\uDFFF'))
            return null;
        var offsets = new List<int>(text.Length);
        var at = 0;
        foreach (var rune in text.EnumerateRunes())
        {
            offsets.Add(at);
            at += rune.Utf16SequenceLength;
        }
        offsets.Add(text.Length);
        return [.. offsets];
    }
}

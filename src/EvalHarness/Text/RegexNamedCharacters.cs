namespace Loragate.EvalHarness.Text;

/// <summary>The characters that a pattern names, alone or in a range; those whose meaning could differ between engines are refused.</summary>
internal sealed class RegexNamedCharacters(RegexCursor cursor)
{
    private readonly List<(char First, char Last)> _ranges = [];

    /// <summary>Whether a character was named.</summary>
    public bool Hold(char c) => _ranges.Exists(range => range.First <= c && c <= range.Last);

    /// <summary>Names a range; where case is ignored, also what folds to ASCII letters.</summary>
    /// <exception cref="PatternException">It goes beyond U+FFFF, or beyond ASCII where case is ignored.</exception>
    public void Add(char first, char last, bool ignoreCase)
    {
        if (char.IsSurrogate(first) || char.IsSurrogate(last))
            throw cursor.Fault("a character beyond U+FFFF");
        if (ignoreCase && (first > '\x7F' || last > '\x7F'))
            throw cursor.Fault("a character beyond ASCII where case is ignored");
        _ranges.Add((first, last));
        if (ignoreCase)
            _ranges.AddRange([('\u0130', '\u0131'), ('\u017F', '\u017F'), ('\u212A', '\u212A')]);
    }
}

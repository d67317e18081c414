namespace Loragate.EvalHarness.Text;

/// <summary>A place in a pattern that is being read; every fault names it.</summary>
internal sealed class RegexCursor(string pattern, RegexDialect dialect, string place)
{
    /// <summary>The whole pattern.</summary>
    public string Pattern => pattern;

    /// <summary>Whose syntax it is.</summary>
    public RegexDialect Dialect => dialect;

    /// <summary>Index of the next character.</summary>
    public int At { get; set; }

    /// <summary>Whether the pattern is read to its end.</summary>
    public bool Done => At >= pattern.Length;

    /// <summary>The next character.</summary>
    /// <exception cref="PatternException">There is none.</exception>
    public char Current => Done ? throw Fault("the pattern ends too early") : pattern[At];

    /// <summary>Whether a text comes next.</summary>
    public bool Sees(string text) => string.CompareOrdinal(pattern, At, text, 0, text.Length) == 0;

    /// <summary>Passes a text where it comes next.</summary>
    public bool TryPass(string text)
    {
        if (!Sees(text))
            return false;
        At += text.Length;
        return true;
    }

    /// <summary>What is not supported or malformed, with the pattern and the place in it.</summary>
    public PatternException Fault(string fault) => new(place, $"the pattern '{pattern}' has, at character {At}, {fault}");
}

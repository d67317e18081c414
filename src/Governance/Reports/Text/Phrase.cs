namespace Loragate.Governance.Reports.Text;

/// <summary>A sentence with gaps, "the scale {scale} is negative", and the same in another language with the same gaps.</summary>
/// <param name="pattern">The sentence that is recognised.</param>
/// <param name="translation">The sentence that is said in its place.</param>
internal sealed class Phrase(string pattern, string translation)
{
    private readonly Template _pattern = Template.Of(pattern);
    private readonly Template _translation = Template.Of(translation);

    /// <summary>How many characters of the pattern are no gap: of two that fit, the one with more of them says more.</summary>
    public int Weight { get; } = Template.Of(pattern).Literals.Sum(literal => literal.Length);

    /// <summary>The translation of a text that has this pattern, or null.</summary>
    /// <param name="text">The text.</param>
    /// <param name="say">Says a gap's value, by the gap's name; null where it has no words for it.</param>
    public string? Translate(string text, Func<string, string, string?> say)
    {
        if (_pattern.Match(text) is not { } values)
            return null;
        var said = values.ToDictionary(value => value.Key, value => say(value.Key, value.Value), StringComparer.Ordinal);
        return said.ContainsValue(null) ? null : _translation.Fill(name => said[name]!);
    }
}

using System.Globalization;
using System.Text;

namespace Loragate.EvalHarness.Templates;

/// <summary>Python's <c>str</c>.</summary>
/// <param name="Content">The text, well-formed UTF-16.</param>
public sealed record StringValue(string Content) : Value
{
    /// <inheritdoc/>
    public override string TypeName => "str";

    /// <inheritdoc/>
    public override bool IsTrue => Content.Length > 0;

    /// <inheritdoc/>
    public override long Size => 1 + Content.Length;

    /// <inheritdoc/>
    public override string Text => Content;

    /// <inheritdoc/>
    public override string Literal
    {
        get
        {
            var quote = Content.Contains('\'', StringComparison.Ordinal) && !Content.Contains('"', StringComparison.Ordinal) ? '"' : '\'';
            var result = new StringBuilder(Content.Length + 2).Append(quote);
            foreach (var rune in Content.EnumerateRunes())
                Append(result, rune, quote);
            return result.Append(quote).ToString();
        }
    }

    private static void Append(StringBuilder result, Rune rune, char quote)
    {
        var code = rune.Value;
        _ = code switch
        {
            '\n' => result.Append("\\n"),
            '\r' => result.Append("\\r"),
            '\t' => result.Append("\\t"),
            '\\' => result.Append("\\\\"),
            _ when code == quote => result.Append('\\').Append(quote),
            _ when IsPrintable(rune) => result.Append(rune.ToString()),
            <= 0xFF => result.Append(CultureInfo.InvariantCulture, $"\\x{code:x2}"),
            <= 0xFFFF => result.Append(CultureInfo.InvariantCulture, $"\\u{code:x4}"),
            _ => result.Append(CultureInfo.InvariantCulture, $"\\U{code:x8}"),
        };
    }

    // Python's str.isprintable.
    private static bool IsPrintable(Rune rune) => rune.Value == ' ' || Rune.GetUnicodeCategory(rune) is not (
        UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.Surrogate or UnicodeCategory.PrivateUse or
        UnicodeCategory.OtherNotAssigned or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator or UnicodeCategory.SpaceSeparator);
}

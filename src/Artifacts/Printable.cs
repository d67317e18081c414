using System.Globalization;

namespace Loragate.Artifacts;

/// <summary>Text from a stranger, for a terminal or a report: control and direction characters are shown as escapes, so that they cannot forge what stands around them.</summary>
public static class Printable
{
    /// <summary>The text on one line, safe to print.</summary>
    public static string Of(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        return text.Any(MustEscape) ? string.Concat(text.Select(c => MustEscape(c) ? string.Create(CultureInfo.InvariantCulture, $"\\u{(int)c:x4}") : c.ToString())) : text;
    }

    /// <summary>Whether a character changes the direction of the text around it (Unicode bidirectional controls).</summary>
    public static bool IsDirection(char c) =>
        c is '\u061C' or '\u200E' or '\u200F' or (>= '\u202A' and <= '\u202E') or (>= '\u2066' and <= '\u2069');

    private static bool MustEscape(char c) => char.IsControl(c) || IsDirection(c) || c is '\u2028' or '\u2029';
}

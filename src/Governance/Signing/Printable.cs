using System.Globalization;

namespace Loragate.Governance.Signing;

/// <summary>Text from a stranger, for a terminal or a report: control and direction characters are shown as escapes, so that they cannot forge what stands around them.</summary>
internal static class Printable
{
    public static string Of(string text) =>
        text.Any(MustEscape) ? string.Concat(text.Select(c => MustEscape(c) ? string.Create(CultureInfo.InvariantCulture, $"\\u{(int)c:x4}") : c.ToString())) : text;

    private static bool MustEscape(char c) => char.IsControl(c) || RelativeName.IsDirection(c) || c is '\u2028' or '\u2029';
}

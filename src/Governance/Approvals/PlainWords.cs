using System.Text.RegularExpressions;
using Loragate.Artifacts;

namespace Loragate.Governance.Approvals;

/// <summary>What people may write into what they sign: it stands in reports and terminals for years.</summary>
public static partial class PlainWords
{
    /// <summary>The longest note or reason, in UTF-16 units.</summary>
    public const int MostCharacters = 1000;

    /// <summary>Why a note or reason is refused; null where it is not.</summary>
    public static string? Fault(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        return text switch
        {
            { Length: > MostCharacters } => $"a text of {text.Length} characters where at most {MostCharacters} are read",
            _ when Printable.Of(text) != text => "a text with control or direction characters: write one plain line",
            _ => null,
        };
    }

    /// <summary>Why a role is refused; null where it is not.</summary>
    public static string? RoleFault(string role) => Word().IsMatch(role) ? null : "a role is made of small letters, digits and single hyphens";

    [GeneratedRegex(@"^[a-z0-9]+(-[a-z0-9]+)*\z")]
    private static partial Regex Word();
}

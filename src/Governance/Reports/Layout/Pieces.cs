using System.Text.RegularExpressions;

namespace Loragate.Governance.Reports.Layout;

/// <summary>Pieces of a text that no line's end parts: a date, a time, a number with its unit or what it counts, a sign with its value.</summary>
internal static partial class Pieces
{
    /// <summary>Where the pieces stand, from first to last.</summary>
    public static IEnumerable<(int Start, int Length)> In(string text) => Piece().Matches(text).Select(piece => (piece.Index, piece.Length));

    [GeneratedRegex("(?<![0-9])[0-9]{1,4}年[0-9]{1,2}月(?:[0-9]{1,2}日)?|(?<![0-9])[0-9]{1,2}月[0-9]{1,2}日|(?<![0-9])[0-9]{1,2}時[0-9]{1,2}分|(?<![0-9])[0-9]{1,2} [A-Z][a-z]{2,8} [0-9]{4}(?![0-9])|[+−±]?(?<![0-9.,:])[0-9][0-9.,:]{0,20} (?:%|[A-Za-z]{1,16}(?![A-Za-z]))|(?<![A-Za-z])[A-Za-z] = [−-]?[0-9.,]{0,20}[0-9](?![0-9])")]
    private static partial Regex Piece();
}

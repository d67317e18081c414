using System.Text.RegularExpressions;

namespace Loragate.Governance.Lineage;

/// <summary>How a node is told to people.</summary>
public static partial class LineageText
{
    /// <summary>"merged model routing-good-merged 3e23e8160039".</summary>
    public static string Of(LineageNode node)
    {
        ArgumentNullException.ThrowIfNull(node);
        return $"{KindOf(node.Kind)} {(node.Name.Length > 0 ? node.Name + " " : "")}{node.Digest.Abbreviated}";
    }

    private static string KindOf(LineageKind kind) => Hump().Replace(kind.ToString(), " $0").ToLowerInvariant();

    [GeneratedRegex("(?<=[a-z])[A-Z]")]
    private static partial Regex Hump();
}

namespace Loragate.Governance.Reports.Charts;

/// <summary>Names for modules that a chart has room for and that tell them apart.</summary>
internal static class ShortestPath
{
    /// <summary>Of each path as few of its last parts as end no other path: "self_attn.q_proj" is "q_proj" where no other module is called so.</summary>
    /// <param name="paths">Distinct paths, their parts apart by '.'.</param>
    public static IReadOnlyList<string> Of(IReadOnlyList<string> paths) =>
        [.. paths.Select(path => Endings(path).FirstOrDefault(ending => paths.Count(other => other == ending || other.EndsWith("." + ending, StringComparison.Ordinal)) == 1) ?? path)];

    private static IEnumerable<string> Endings(string path)
    {
        var parts = path.Split('.');
        return Enumerable.Range(1, parts.Length).Select(count => string.Join('.', parts[^count..]));
    }
}

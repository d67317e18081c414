using Loragate.Artifacts.Records;
using Loragate.Artifacts.Records.Inspecting;

namespace Loragate.MergeEngine.Inspecting;

/// <summary>Findings in their order, so many of each kind as people and records can hold: a hostile file may have a fault for every tensor.</summary>
internal static class FindingList
{
    /// <summary>The most findings of one id and severity.</summary>
    public const int MostOfAKind = 200;

    private const int LongestText = 400;

    /// <summary>Without repetition, by severity, id and place; what is beyond <see cref="MostOfAKind"/> is counted in one more finding.</summary>
    public static IReadOnlyList<Finding> Of(IEnumerable<Finding> findings) =>
        [.. findings.DistinctBy(f => (f.Id, f.Where, f.Message))
            .OrderByDescending(f => f.Severity).ThenBy(f => f.Id, StringComparer.Ordinal).ThenBy(f => f.Where, StringComparer.Ordinal)
            .GroupBy(f => (f.Severity, f.Id)).SelectMany(g => Limited([.. g])).Select(Shortened)];

    private static List<Finding> Limited(List<Finding> kind) =>
        kind.Count <= MostOfAKind ? kind : [.. kind.Take(MostOfAKind), kind[0] with { Where = $"{kind.Count - MostOfAKind} more places", Message = "the same; not listed" }];

    private static Finding Shortened(Finding finding) => finding with { Where = Short(finding.Where), Message = Short(finding.Message) };

    private static string Short(string text) => text.Length <= LongestText ? text : string.Concat(text.AsSpan(0, char.IsHighSurrogate(text[LongestText - 1]) ? LongestText - 1 : LongestText), "…");
}

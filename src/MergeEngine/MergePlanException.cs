using Loragate.Artifacts;
using Loragate.Artifacts.Records.Inspecting;

namespace Loragate.MergeEngine;

/// <summary>An adapter that cannot be merged into a base; found from headers and configs, before any tensor is read.</summary>
/// <param name="place">The adapter folder, or all that do not fit.</param>
/// <param name="findings">Every reason, not only the first.</param>
public sealed class MergePlanException(string place, IReadOnlyList<Finding> findings)
    : MalformedInputException(place, "cannot be merged: " + string.Join("; ", findings.GroupBy(f => f.Id).Select(Told)), string.Join(" ", findings.Select(f => f.Advice).Distinct(StringComparer.Ordinal).Take(MostAdvice)))
{
    private const int MostAdvice = 3;
    private const int MessagesOfAKind = 3;
    private const int PlacesOfAMessage = 3;

    /// <summary>Every reason.</summary>
    public IReadOnlyList<Finding> Findings { get; } = findings;

    /// <summary>The findings of one id in words: a wrong base has the same fault in every layer, and a few examples tell it.</summary>
    private static string Told(IGrouping<string, Finding> kind)
    {
        var byMessage = kind.GroupBy(f => f.Message, StringComparer.Ordinal).ToList();
        var told = string.Join("; ", byMessage.Take(MessagesOfAKind).Select(same => $"{Places([.. same])}: {same.Key}"));
        var untold = byMessage.Skip(MessagesOfAKind).Sum(same => same.Count());
        return $"[{kind.Key}] {told}{(untold == 0 ? "" : $"; {untold} more of this kind")}";
    }

    private static string Places(IReadOnlyList<Finding> same)
    {
        var named = string.Join(", ", same.Take(PlacesOfAMessage).Select(f => f.Where));
        return same.Count <= PlacesOfAMessage ? named : $"{same.Count} places ({named}, …)";
    }
}

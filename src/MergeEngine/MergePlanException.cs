using Loragate.Artifacts;
using Loragate.Artifacts.Records.Inspecting;

namespace Loragate.MergeEngine;

/// <summary>An adapter that cannot be merged into a base; found from headers and configs, before any tensor is read.</summary>
/// <param name="place">The adapter folder, or all that do not fit.</param>
/// <param name="findings">Every reason, not only the first.</param>
public sealed class MergePlanException(string place, IReadOnlyList<Finding> findings)
    : MalformedInputException(place, "cannot be merged: " + string.Join("; ", findings.Select(f => $"[{f.Id}] {f.Where}: {f.Message}")), findings.Count == 0 ? "" : findings[0].Advice)
{
    /// <summary>Every reason.</summary>
    public IReadOnlyList<Finding> Findings { get; } = findings;
}

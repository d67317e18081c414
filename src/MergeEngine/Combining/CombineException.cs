using Loragate.Artifacts;
using Loragate.Artifacts.Records.Inspecting;

namespace Loragate.MergeEngine.Combining;

/// <summary>Adapters that cannot be combined, or not by this method; found from configs and headers, before a factor is read.</summary>
/// <param name="place">The adapter folders.</param>
/// <param name="findings">Every reason, not only the first.</param>
public sealed class CombineException(string place, IReadOnlyList<Finding> findings)
    : MalformedInputException(place, "cannot be combined: " + string.Join("; ", findings.Select(f => $"[{f.Id}] {f.Where}: {f.Message}")), findings.Count == 0 ? "" : findings[0].Advice)
{
    /// <summary>Every reason.</summary>
    public IReadOnlyList<Finding> Findings { get; } = findings;
}

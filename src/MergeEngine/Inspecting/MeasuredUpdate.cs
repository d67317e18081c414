using Loragate.Artifacts.Records.Inspecting;
using Loragate.MergeEngine.Deltas;

namespace Loragate.MergeEngine.Inspecting;

/// <summary>The statistics of a module or expert, and the changes that they are of.</summary>
/// <param name="Statistics">The statistics.</param>
/// <param name="Deltas">The changes; none without a base.</param>
internal sealed record MeasuredUpdate(ModuleStatistics Statistics, IReadOnlyList<Delta> Deltas)
{
    /// <summary>Whether the update is zero, whatever DoRA's magnitudes do beside it.</summary>
    public bool IsZero => Statistics.FrobeniusNorm == 0 || Statistics.SpectralNorm == 0;
}

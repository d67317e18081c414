using System.Runtime.Intrinsics;

namespace Loragate.MergeEngine.Kernels;

/// <summary>What a row's merge sums up in the sixteen lanes of <see cref="LaneSum"/>: eight lanes a field.</summary>
internal struct RowSums
{
    /// <summary>Σ(v − w)².</summary>
    public Vector512<double> UpdateLower, UpdateUpper;

    /// <summary>Σw².</summary>
    public Vector512<double> BaseLower, BaseUpper;

    /// <summary>Σ(W' − v)².</summary>
    public Vector512<double> LostLower, LostUpper;

    /// <summary>The counts.</summary>
    public RowCounts Counts;
}

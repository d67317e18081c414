using System.Runtime.Intrinsics;

namespace Loragate.MergeEngine.Kernels;

/// <summary>
/// A sum that does not depend on the vector width: sixteen interleaved lanes (element i goes to lane i mod 16, in ascending order),
/// added pairwise in a fixed tree (lane j with lane j + 8, then + 4, + 2, + 1).
/// </summary>
internal static class LaneSum
{
    /// <summary>Number of lanes.</summary>
    public const int Lanes = 16;

    /// <summary>The tree over the lanes.</summary>
    public static double Tree(Span<double> lanes)
    {
        for (var width = Lanes / 2; width > 0; width /= 2)
        {
            for (var lane = 0; lane < width; lane++)
                lanes[lane] += lanes[lane + width];
        }
        return lanes[0];
    }

    /// <summary>Spills two vectors (lanes 0–7 and 8–15).</summary>
    public static void Spill(Vector512<double> lower, Vector512<double> upper, Span<double> lanes)
    {
        lower.CopyTo(lanes);
        upper.CopyTo(lanes[8..]);
    }
}

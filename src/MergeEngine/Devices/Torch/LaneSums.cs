using Loragate.MergeEngine.Kernels;
using static TorchSharp.torch;

namespace Loragate.MergeEngine.Devices.Torch;

/// <summary>Σx² of each row in the order of <see cref="LaneSum"/>.</summary>
internal static class LaneSums
{
    /// <summary>The sums of a matrix's rows; the lanes are added up on the device, their tree on the host. The matrix is used up.</summary>
    public static double[] OfSquares(Tensor values)
    {
        using var scope = NewDisposeScope();
        var (rows, columns) = (values.shape[0], values.shape[1]);
        var squares = Padded(values.mul_(values), rows, columns);
        var lanes = zeros(rows, LaneSum.Lanes, float64, values.device);
        foreach (var step in squares.reshape(rows, squares.shape[1] / LaneSum.Lanes, LaneSum.Lanes).unbind(1))
            lanes.Add(step);
        var spilled = Transfer.Read<double>(lanes);
        return [.. Enumerable.Range(0, (int)rows).Select(row => LaneSum.Tree(spilled.AsSpan(row * LaneSum.Lanes, LaneSum.Lanes)))];
    }

    /// <summary>Zeros behind the last column: added to a lane they change no bit of it.</summary>
    private static Tensor Padded(Tensor squares, long rows, long columns)
    {
        var width = (columns + LaneSum.Lanes - 1) / LaneSum.Lanes * LaneSum.Lanes;
        return width == columns ? squares : cat([squares, zeros(rows, width - columns, float64, squares.device)], 1);
    }
}

using Loragate.MergeEngine.Devices;
using Loragate.MergeEngine.Kernels;

namespace Loragate.MergeEngine.Streaming;

/// <summary>Factors that follow from the norms of whole columns take a pass over the tensor before anything is merged.</summary>
internal static class ColumnNorms
{
    /// <summary>Sets the factors where the work has such.</summary>
    /// <exception cref="NonFiniteException">A column is zero or not finite.</exception>
    public static void Set(TensorArithmetic arithmetic, TensorWork work, RowStream stream, CancellationToken cancellationToken)
    {
        if (work.Scaling is not { Kind: ScalingKind.ColumnNorms })
            return;
        var sums = new double[work.View.Columns];
        stream.Read((first, count, weights) => arithmetic.AddSquares(first, count, weights, sums), cancellationToken);
        arithmetic.SetColumnNorms(sums);
    }
}

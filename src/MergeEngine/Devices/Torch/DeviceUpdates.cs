using Loragate.MergeEngine.Kernels;
using static TorchSharp.torch;

namespace Loragate.MergeEngine.Devices.Torch;

/// <summary>Updates δ on a device, by the formulas and in the order of the kernels. Factors are carried over for each block, so memory is the block's.</summary>
internal static class DeviceUpdates
{
    /// <summary>δ of some rows, (rows, columns).</summary>
    public static Tensor Fill(UpdateSource source, int firstRow, int rows, Device device) => source switch
    {
        LowRankUpdate update => LowRank(update.Factors, firstRow, rows, device),
        HadamardUpdate update => Hadamard(update, firstRow, rows, device),
        KroneckerUpdate update => Kronecker(update, firstRow, rows, device),
        StackedUpdate update => Stacked(update, firstRow, rows, device),
        _ => throw new ArgumentException($"'{source.GetType().Name}' has no formula for devices.", nameof(source)),
    };

    /// <summary>Bytes on the device for the factors of any block, and for those of each of its rows.</summary>
    public static (long Block, long Row) FactorBytes(UpdateSource source) => source switch
    {
        LowRankUpdate update => FactorBytes(update.Factors),
        HadamardUpdate update => (FactorBytes(update.First).Block + FactorBytes(update.Second).Block, FactorBytes(update.First).Row + FactorBytes(update.Second).Row),
        KroneckerUpdate update => ((update.First.LongLength + update.Second.LongLength) * sizeof(double), (update.FirstColumns + update.Second.Length / update.SecondRows) * sizeof(double)),
        StackedUpdate update => (update.Parts.Max(p => FactorBytes(p).Block), update.Parts.Max(p => FactorBytes(p).Row)),
        _ => throw new ArgumentException($"'{source.GetType().Name}' has no formula for devices.", nameof(source)),
    };

    private static (long Block, long Row) FactorBytes(LowRankFactors factors) => (factors.ColumnFactor.LongLength * sizeof(double), factors.Rank * sizeof(double));

    private static Tensor LowRank(LowRankFactors factors, int firstRow, int rows, Device device)
    {
        using var scope = NewDisposeScope();
        var r = Transfer.Load(factors.RowFactor.AsSpan(firstRow * factors.Rank, rows * factors.Rank), rows, factors.Rank, device);
        var c = Transfer.Load(factors.ColumnFactor, factors.Rank, factors.Columns, device);
        var sum = zeros(rows, factors.Columns, float64, device);
        for (var k = 0; k < factors.Rank; k++)
        {
            using var left = r.narrow(1, k, 1);
            using var right = c.narrow(0, k, 1);
            if (factors.Exact)
            {
                sum.AddExactProduct(left, right);
            }
            else
            {
                using var product = left.mul(right);
                sum.Add(product);
            }
        }
        sum.mul_(Number(factors.Scale, device));
        return sum.MoveToOuterDisposeScope();
    }

    private static Tensor Hadamard(HadamardUpdate update, int firstRow, int rows, Device device)
    {
        using var scope = NewDisposeScope();
        var first = LowRank(update.First, firstRow, rows, device);
        var second = LowRank(update.Second, firstRow, rows, device);
        return first.mul_(second).mul_(Number(update.Scale, device)).MoveToOuterDisposeScope();
    }

    private static Tensor Kronecker(KroneckerUpdate update, int firstRow, int rows, Device device)
    {
        using var scope = NewDisposeScope();
        var (firstRows, secondColumns) = (update.First.Length / update.FirstColumns, update.Second.Length / update.SecondRows);
        var places = Enumerable.Range(firstRow, rows).Select(row => Math.DivRem(row, update.SecondRows)).ToList();
        var left = Transfer.Load(update.First, firstRows, update.FirstColumns, device).index_select(0, tensor([.. places.Select(p => (long)p.Quotient)], int64, device));
        var right = Transfer.Load(update.Second, update.SecondRows, secondColumns, device).index_select(0, tensor([.. places.Select(p => (long)p.Remainder)], int64, device));
        var product = left.unsqueeze(2).mul(right.unsqueeze(1)).reshape(rows, update.FirstColumns * secondColumns);
        return product.mul_(Number(update.Scale, device)).MoveToOuterDisposeScope();
    }

    private static Tensor Stacked(StackedUpdate update, int firstRow, int rows, Device device)
    {
        using var scope = NewDisposeScope();
        var pieces = new List<Tensor>();
        for (var done = 0; done < rows;)
        {
            var (part, row) = Math.DivRem(firstRow + done, update.RowsEach);
            var count = Math.Min(update.RowsEach - row, rows - done);
            pieces.Add(Fill(update.Parts[part], row, count, device));
            done += count;
        }
        return cat(pieces, 0).MoveToOuterDisposeScope();
    }

    private static Tensor Number(double value, Device device) => tensor(value, float64, device);
}

namespace Loragate.MergeEngine.Kernels;

/// <summary>The updates of a few rows at a time, one adapter behind the other: the updates of one element lie <see cref="Stride"/> apart.</summary>
/// <param name="factors">The adapters' factors in the order in which they are added.</param>
/// <param name="rows">Rows of the tensor.</param>
/// <param name="columns">Columns of the tensor.</param>
internal sealed class UpdateTile(LowRankFactors[] factors, int rows, int columns)
{
    private readonly double[] _updates = new double[factors.Length * RowAccumulator.RowsAtOnce * columns];

    /// <summary>Distance between the updates of one element.</summary>
    public int Stride => RowAccumulator.RowsAtOnce * columns;

    /// <summary>The updates of a row, valid until the next call; rows are asked for in ascending order, from 0 on.</summary>
    public ReadOnlySpan<double> Row(int row)
    {
        var inTile = row % RowAccumulator.RowsAtOnce;
        if (inTile == 0)
        {
            var count = Math.Min(RowAccumulator.RowsAtOnce, rows - row);
            for (var j = 0; j < factors.Length; j++)
                RowAccumulator.Fill(factors[j], row, count, _updates.AsSpan(j * Stride, count * columns));
        }
        return _updates.AsSpan(Math.Min(inTile * columns, _updates.Length));
    }
}

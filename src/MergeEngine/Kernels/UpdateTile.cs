namespace Loragate.MergeEngine.Kernels;

/// <summary>The updates of a few rows at a time, one adapter behind the other: the updates of one element lie <see cref="Stride"/> apart.</summary>
/// <param name="sources">The updates in the order in which they are added.</param>
/// <param name="rows">Rows of the tensor.</param>
/// <param name="columns">Columns of the tensor.</param>
internal sealed class UpdateTile(UpdateSource[] sources, int rows, int columns)
{
    private readonly double[] _updates = new double[sources.Length * RowAccumulator.RowsAtOnce * columns];

    /// <summary>Distance between the updates of one element.</summary>
    public int Stride => RowAccumulator.RowsAtOnce * columns;

    /// <summary>The updates of a row, valid until the next call; rows are asked for in ascending order, from 0 on.</summary>
    public ReadOnlySpan<double> Row(int row)
    {
        var inTile = row % RowAccumulator.RowsAtOnce;
        if (inTile == 0)
        {
            var count = Math.Min(RowAccumulator.RowsAtOnce, rows - row);
            for (var j = 0; j < sources.Length; j++)
                sources[j].Fill(row, count, _updates.AsSpan(j * Stride, count * columns));
        }
        return _updates.AsSpan(Math.Min(inTile * columns, _updates.Length));
    }
}

namespace Loragate.MergeEngine.Kernels;

/// <summary>Updates of equal height below each other: one an expert of a tensor that holds all experts.</summary>
/// <param name="parts">The updates, the uppermost first.</param>
/// <param name="rowsEach">Rows of each.</param>
/// <param name="columns">Columns of the tensor.</param>
internal sealed class StackedUpdate(UpdateSource[] parts, int rowsEach, int columns) : UpdateSource
{
    /// <summary>The updates, the uppermost first.</summary>
    public UpdateSource[] Parts => parts;

    /// <summary>Rows of each.</summary>
    public int RowsEach => rowsEach;

    /// <inheritdoc/>
    public override void Fill(int firstRow, int rows, Span<double> delta)
    {
        for (var done = 0; done < rows;)
        {
            var (part, row) = Math.DivRem(firstRow + done, rowsEach);
            var count = Math.Min(rowsEach - row, rows - done);
            parts[part].Fill(row, count, delta.Slice(done * columns, count * columns));
            done += count;
        }
    }

    /// <inheritdoc/>
    public override UpdateSource Magnitudes() => new StackedUpdate([.. parts.Select(p => p.Magnitudes())], rowsEach, columns);
}

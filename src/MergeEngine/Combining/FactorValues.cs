using Loragate.MergeEngine.Algebra;

namespace Loragate.MergeEngine.Combining;

/// <summary>A matrix in memory, walked like one that is not.</summary>
internal sealed class FactorValues(Matrix matrix) : RowSource(matrix.Rows, matrix.Columns, OrderedProducts.Kernels)
{
    protected override void Fill(int first, int count, Span<double> rows) =>
        matrix.Values.AsSpan(first * matrix.Columns, count * matrix.Columns).CopyTo(rows);
}

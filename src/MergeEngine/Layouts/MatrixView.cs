namespace Loragate.MergeEngine.Layouts;

/// <summary>A tensor read as a matrix, row-major as it is stored.</summary>
/// <param name="Rows">Rows.</param>
/// <param name="Columns">Columns.</param>
internal readonly record struct MatrixView(int Rows, int Columns)
{
    /// <summary>The first dimension against all others: linear layers (out, in), embeddings, convolutions (out, in·k…). A vector is one row.</summary>
    public static MatrixView OfFirst(IReadOnlyList<long> shape) => shape.Count < 2 ? new(1, Product(shape)) : new(Product(shape.Take(1)), Product(shape.Skip(1)));

    /// <summary>All other dimensions against the last: experts (expert·out, in).</summary>
    public static MatrixView OfLast(IReadOnlyList<long> shape) => shape.Count < 2 ? new(1, Product(shape)) : new(Product(shape.SkipLast(1)), Product(shape.TakeLast(1)));

    private static int Product(IEnumerable<long> dimensions) => checked((int)dimensions.Aggregate(1L, static (x, y) => checked(x * y)));
}

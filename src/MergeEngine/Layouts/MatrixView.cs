namespace Loragate.MergeEngine.Layouts;

/// <summary>A tensor read as a matrix, row-major as it is stored.</summary>
/// <param name="Rows">Rows.</param>
/// <param name="Columns">Columns.</param>
internal readonly record struct MatrixView(int Rows, int Columns)
{
    private const int MostColumns = 1 << 24;

    /// <summary>The first dimension against all others: linear layers (out, in), embeddings, convolutions (out, in·k…). A vector is one row.</summary>
    public static MatrixView OfFirst(IReadOnlyList<long> shape) => shape.Count < 2 ? new(1, Product(shape)) : new(Product(shape.Take(1)), Product(shape.Skip(1)));

    /// <summary>All other dimensions against the last: experts (expert·out, in).</summary>
    public static MatrixView OfLast(IReadOnlyList<long> shape) => shape.Count < 2 ? new(1, Product(shape)) : new(Product(shape.SkipLast(1)), Product(shape.TakeLast(1)));

    /// <summary>
    /// The first dimension against all others, and the next ones to the rows as well until a row has at most <see cref="MostColumns"/> elements: for
    /// what is done element by element, whatever the shape (one expert of a fused tensor may have hundreds of millions).
    /// </summary>
    public static MatrixView InRows(IReadOnlyList<long> shape)
    {
        var leading = 1;
        while (leading < shape.Count - 1 && shape.Skip(leading).Aggregate(1L, static (x, y) => checked(x * y)) > MostColumns)
            leading++;
        return shape.Count < 2 ? OfFirst(shape) : new(Product(shape.Take(leading)), Product(shape.Skip(leading)));
    }

    private static int Product(IEnumerable<long> dimensions) => checked((int)dimensions.Aggregate(1L, static (x, y) => checked(x * y)));
}

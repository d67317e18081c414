namespace Loragate.MergeEngine.Algebra;

/// <summary>Products by the processor's vector instructions.</summary>
internal sealed class KernelProducts : OrderedProducts
{
    /// <inheritdoc/>
    public override void Multiply(ReadOnlySpan<double> a, int rows, Matrix b, Span<double> c) => Product.Multiply(a, rows, b, c);

    /// <inheritdoc/>
    public override void AddTransposed(ReadOnlySpan<double> a, ReadOnlySpan<double> b, int rows, Matrix c) => Product.AddTransposed(a, b, rows, c);
}

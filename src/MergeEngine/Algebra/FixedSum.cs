using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Loragate.MergeEngine.Algebra;

/// <summary>
/// Sums in an order that no processor changes: eight interleaved lanes (element i in lane i mod 8, ascending), every product rounded
/// before it is added, lanes added j + (j+4), then +2, +1.
/// </summary>
internal static class FixedSum
{
    private const int Lanes = 8;

    /// <summary>Σ xᵢ·yᵢ.</summary>
    public static double OfProducts(ReadOnlySpan<double> x, ReadOnlySpan<double> y)
    {
        ref var a = ref MemoryMarshal.GetReference(x);
        ref var b = ref MemoryMarshal.GetReference(y[..x.Length]);
        var sums = Vector512<double>.Zero;
        var i = 0;
        for (; i <= x.Length - Lanes; i += Lanes)
            sums += Vector512.LoadUnsafe(ref a, (nuint)i) * Vector512.LoadUnsafe(ref b, (nuint)i);
        Span<double> lanes = stackalloc double[Lanes];
        sums.CopyTo(lanes);
        for (; i < x.Length; i++)
            lanes[i % Lanes] += x[i] * y[i];
        return lanes[0] + lanes[4] + (lanes[2] + lanes[6]) + (lanes[1] + lanes[5] + (lanes[3] + lanes[7]));
    }

    /// <summary>Σ xᵢ².</summary>
    public static double OfSquares(ReadOnlySpan<double> x) => OfProducts(x, x);

    /// <summary>y += factor · x, each element rounded twice.</summary>
    public static void AddScaled(double factor, ReadOnlySpan<double> x, Span<double> y)
    {
        ref var a = ref MemoryMarshal.GetReference(x);
        ref var b = ref MemoryMarshal.GetReference(y[..x.Length]);
        var scale = Vector512.Create(factor);
        var i = 0;
        for (; i <= x.Length - Lanes; i += Lanes)
            (Vector512.LoadUnsafe(ref b, (nuint)i) + scale * Vector512.LoadUnsafe(ref a, (nuint)i)).StoreUnsafe(ref b, (nuint)i);
        for (; i < x.Length; i++)
            y[i] += factor * x[i];
    }
}

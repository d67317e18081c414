using System.Runtime.Intrinsics;

namespace Loragate.MergeEngine.Kernels;

/// <summary>s · (x · y), the inner product rounded first, eight at a time.</summary>
internal static class ScaledProduct
{
    private const int Lanes = 8;

    /// <summary>target = s · (target · other).</summary>
    public static void Multiply(Span<double> target, ReadOnlySpan<double> other, double scale)
    {
        var i = 0;
        for (; i <= target.Length - Lanes; i += Lanes)
            (scale * (Vector512.LoadUnsafe(in target[i]) * Vector512.LoadUnsafe(in other[i]))).StoreUnsafe(ref target[i]);
        for (; i < target.Length; i++)
            target[i] = scale * (target[i] * other[i]);
    }

    /// <summary>target = s · (factor · values).</summary>
    public static void Multiply(Span<double> target, double factor, ReadOnlySpan<double> values, double scale)
    {
        var i = 0;
        for (; i <= target.Length - Lanes; i += Lanes)
            (scale * (factor * Vector512.LoadUnsafe(in values[i]))).StoreUnsafe(ref target[i]);
        for (; i < target.Length; i++)
            target[i] = scale * (factor * values[i]);
    }
}

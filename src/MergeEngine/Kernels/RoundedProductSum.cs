using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Loragate.MergeEngine.Kernels;

/// <summary>For products that are not exact in double: the product is rounded, then added.</summary>
internal readonly struct RoundedProductSum : IProductSum
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<double> Add(Vector512<double> x, Vector512<double> y, Vector512<double> sum) => sum + x * y;
}

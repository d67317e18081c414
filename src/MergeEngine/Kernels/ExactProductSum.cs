using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Loragate.MergeEngine.Kernels;

/// <summary>For products that are exact in double: fusing changes no bit, so the fastest instruction is taken.</summary>
internal readonly struct ExactProductSum : IProductSum
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<double> Add(Vector512<double> x, Vector512<double> y, Vector512<double> sum) => Vector512.MultiplyAddEstimate(x, y, sum);
}

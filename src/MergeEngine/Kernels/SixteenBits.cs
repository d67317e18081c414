using System.Runtime.Intrinsics;

namespace Loragate.MergeEngine.Kernels;

/// <summary>Sixteen 16-bit elements in and out of 32-bit lanes.</summary>
internal static class SixteenBits
{
    public static Vector512<uint> Load(ref readonly byte source)
    {
        var packed = Vector256.LoadUnsafe(in source).AsUInt16();
        var (lower, upper) = Vector256.Widen(packed);
        return Vector512.Create(lower, upper);
    }

    public static void Store(Vector512<uint> bits, ref byte target) =>
        Vector256.Narrow(bits.GetLower(), bits.GetUpper()).AsByte().StoreUnsafe(ref target);
}

using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Loragate.MergeEngine.Kernels;

/// <summary>Sixteen 16-bit elements in and out of 32-bit lanes.</summary>
internal static class SixteenBits
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<uint> Load(ref readonly byte source)
    {
        var packed = Vector256.LoadUnsafe(in source).AsUInt16();
        if (Avx512F.IsSupported)
            return Avx512F.ConvertToVector512UInt32(packed);
        var (lower, upper) = Vector256.Widen(packed);
        return Vector512.Create(lower, upper);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(Vector512<uint> bits, ref byte target)
    {
        var packed = Avx512F.IsSupported ? Avx512F.ConvertToVector256UInt16(bits) : Vector256.Narrow(bits.GetLower(), bits.GetUpper());
        packed.AsByte().StoreUnsafe(ref target);
    }
}

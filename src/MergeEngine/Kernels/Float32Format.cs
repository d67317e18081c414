using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Loragate.MergeEngine.Kernels;

/// <summary>IEEE 754 binary32.</summary>
internal readonly struct Float32Format : IWeightFormat
{
    public static int Bytes => 4;

    public static uint Sign => 0x8000_0000;

    public static uint Infinity => 0x7F80_0000;

    public static int FractionBits => 23;

    public static Vector512<uint> Load(ref readonly byte source) => Vector512.LoadUnsafe(in source).AsUInt32();

    public static void Store(Vector512<uint> bits, ref byte target) => bits.AsByte().StoreUnsafe(ref target);

    public static uint LoadOne(ref readonly byte source) => Unsafe.ReadUnaligned<uint>(in source);

    public static void StoreOne(uint bits, ref byte target) => Unsafe.WriteUnaligned(ref target, bits);

    public static Vector512<float> ToSingle(Vector512<uint> bits) => bits.AsSingle();

    public static Vector512<uint> OfNormal(Vector512<float> values) => values.AsUInt32();

    public static double ToDouble(uint bits) => BitConverter.UInt32BitsToSingle(bits);

    public static Vector512<uint> Round(Vector512<double> lower, Vector512<double> upper) => Vector512.Narrow(lower, upper).AsUInt32();

    public static uint RoundOne(double value) => BitConverter.SingleToUInt32Bits((float)value);
}

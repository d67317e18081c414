using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Loragate.MergeEngine.Kernels;

/// <summary>bfloat16: the upper half of a binary32.</summary>
internal readonly struct BFloat16Format : IWeightFormat
{
    private const uint SingleMagnitude = 0x7FFF_FFFF;
    private const uint SingleInfinity = 0x7F80_0000;

    /// <summary>Keeps a NaN one: rounding its payload up would carry into the sign and make it a zero.</summary>
    private const uint QuietBit = 0x40;

    public static int Bytes => 2;

    public static uint Sign => 0x8000;

    public static uint Infinity => 0x7F80;

    public static int FractionBits => 7;

    public static Vector512<uint> Load(ref readonly byte source) => SixteenBits.Load(in source);

    public static void Store(Vector512<uint> bits, ref byte target) => SixteenBits.Store(bits, ref target);

    public static uint LoadOne(ref readonly byte source) => Unsafe.ReadUnaligned<ushort>(in source);

    public static void StoreOne(uint bits, ref byte target) => Unsafe.WriteUnaligned(ref target, (ushort)bits);

    public static Vector512<float> ToSingle(Vector512<uint> bits) => (bits << 16).AsSingle();

    public static Vector512<uint> OfNormal(Vector512<float> values) => values.AsUInt32() >>> 16;

    public static double ToDouble(uint bits) => BitConverter.UInt32BitsToSingle(bits << 16);

    public static Vector512<uint> Round(Vector512<double> lower, Vector512<double> upper)
    {
        var bits = OddRounding.ToSingleBits(lower, upper);
        var half = Vector512.Create(0x7FFFu) + ((bits >>> 16) & Vector512<uint>.One);
        var isNaN = Vector512.GreaterThan(bits & Vector512.Create(SingleMagnitude), Vector512.Create(SingleInfinity));
        return Vector512.ConditionalSelect(isNaN, (bits >>> 16) | Vector512.Create(QuietBit), (bits + half) >>> 16);
    }

    public static uint RoundOne(double value)
    {
        var bits = OddRounding.ToSingleBits(value);
        if ((bits & SingleMagnitude) > SingleInfinity)
            return (bits >> 16) | QuietBit;
        return (bits + 0x7FFF + ((bits >> 16) & 1)) >> 16;
    }
}

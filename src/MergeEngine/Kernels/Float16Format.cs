using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Loragate.MergeEngine.Kernels;

/// <summary>IEEE 754 binary16.</summary>
internal readonly struct Float16Format : IWeightFormat
{
    private const uint SingleSign = 0x8000_0000;

    /// <summary>2⁻¹⁴ as float bits: the smallest normal binary16.</summary>
    private const uint SmallestNormal = 113u << 23;

    /// <summary>65 536 as float bits: beyond every finite binary16.</summary>
    private const uint BeyondFinite = (127u + 16) << 23;

    /// <summary>2⁻¹ as float bits: adding it to a value below 2⁻¹⁴ leaves the value in units of 2⁻²⁴, the subnormal spacing, rounded to even.</summary>
    private const uint SubnormalMagic = 126u << 23;

    public static int Bytes => 2;

    public static uint Sign => 0x8000;

    public static uint Infinity => 0x7C00;

    public static int FractionBits => 10;

    public static Vector512<uint> Load(ref readonly byte source) => SixteenBits.Load(in source);

    public static void Store(Vector512<uint> bits, ref byte target) => SixteenBits.Store(bits, ref target);

    public static uint LoadOne(ref readonly byte source) => Unsafe.ReadUnaligned<ushort>(in source);

    public static void StoreOne(uint bits, ref byte target) => Unsafe.WriteUnaligned(ref target, (ushort)bits);

    public static Vector512<float> ToSingle(Vector512<uint> bits)
    {
        var sign = (bits & Vector512.Create(Sign)) << 16;
        var magnitude = (bits & Vector512.Create(0x7FFFu)) << 13;
        var exponent = magnitude & Vector512.Create(Infinity << 13);
        var normal = magnitude + Vector512.Create((127u - 15) << 23);
        var infinite = magnitude + Vector512.Create((255u - 31) << 23);
        var subnormal = (magnitude + Vector512.Create(SmallestNormal)).AsSingle() - Vector512.Create(SmallestNormal).AsSingle();
        var isSubnormal = Vector512.Equals(exponent, Vector512<uint>.Zero);
        var isInfinite = Vector512.Equals(exponent, Vector512.Create(Infinity << 13));
        var value = Vector512.ConditionalSelect(isSubnormal, subnormal.AsUInt32(), Vector512.ConditionalSelect(isInfinite, infinite, normal));
        return (value | sign).AsSingle();
    }

    public static Vector512<uint> OfNormal(Vector512<float> values)
    {
        var bits = values.AsUInt32();
        var sign = bits & Vector512.Create(SingleSign);
        return (((bits ^ sign) - Vector512.Create((127u - 15) << 23)) >>> 13) | (sign >>> 16);
    }

    public static double ToDouble(uint bits) => (double)BitConverter.UInt16BitsToHalf((ushort)bits);

    public static Vector512<uint> Round(Vector512<double> lower, Vector512<double> upper)
    {
        var bits = OddRounding.ToSingleBits(lower, upper);
        var sign = bits & Vector512.Create(SingleSign);
        var magnitude = bits ^ sign;
        var odd = (magnitude >>> 13) & Vector512<uint>.One;
        var normal = (magnitude - Vector512.Create((127u - 15) << 23) + Vector512.Create(0xFFFu) + odd) >>> 13;
        var subnormal = (magnitude.AsSingle() + Vector512.Create(SubnormalMagic).AsSingle()).AsUInt32() - Vector512.Create(SubnormalMagic);
        var value = Vector512.ConditionalSelect(Vector512.LessThan(magnitude, Vector512.Create(SmallestNormal)), subnormal, normal);
        value = Vector512.ConditionalSelect(Vector512.GreaterThanOrEqual(magnitude, Vector512.Create(BeyondFinite)), Vector512.Create(Infinity), value);
        return value | (sign >>> 16);
    }

    public static uint RoundOne(double value) => BitConverter.HalfToUInt16Bits((Half)value);
}

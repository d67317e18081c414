using System.Numerics;
using System.Runtime.Intrinsics;
using CsCheck;

namespace Loragate.MergeEngine.Kernels;

public sealed class WeightFormatTests
{
    /// <summary>Doubles of every size that a merged weight can have, with many near the ties of the narrow types.</summary>
    private static readonly Gen<double> Values = Gen.Frequency(
        (3, Gen.Double),
        (3, Gen.Float.Select(f => (double)f)),
        (3, Gen.Select(Gen.UInt[0, 0xFFFF], Gen.Long[-3, 3]).Select((b, step) => NearTie(BitConverter.UInt32BitsToSingle(b << 16), step))),
        (3, Gen.Select(Gen.UInt[0, 0xFFFF], Gen.Long[-3, 3]).Select((b, step) => NearTie((double)BitConverter.UInt16BitsToHalf((ushort)b), step))),
        (1, Constants(0.0, -0.0, 65504, 65519.99, 65520, 6e-8, 2.98e-8, 2.980232238769531e-8, 1e-45, 7.006492321624085e-46, float.MaxValue, 3.39e38, 3.4e38)))
        .Where(double.IsFinite);

    [Fact]
    public void F32_rounds_once_to_nearest_even() => CheckRounding<Float32Format>();

    [Fact]
    public void BF16_rounds_once_to_nearest_even() => CheckRounding<BFloat16Format>();

    [Fact]
    public void F16_rounds_once_to_nearest_even() => CheckRounding<Float16Format>();

    [Fact]
    public void F32_keeps_a_NaN_of_any_payload_beyond_the_finite_numbers() => CheckNaNs<Float32Format>();

    [Fact]
    public void BF16_keeps_a_NaN_of_any_payload_beyond_the_finite_numbers() => CheckNaNs<BFloat16Format>();

    [Fact]
    public void F16_keeps_a_NaN_of_any_payload_beyond_the_finite_numbers() => CheckNaNs<Float16Format>();

    [Fact]
    public void F32_reads_and_writes_every_sampled_value() => CheckRoundTrip<Float32Format>(Gen.UInt);

    [Fact]
    public void BF16_reads_and_writes_every_value() => CheckRoundTrip<BFloat16Format>(Gen.UInt[0, 0xFFFF]);

    [Fact]
    public void F16_reads_and_writes_every_value() => CheckRoundTrip<Float16Format>(Gen.UInt[0, 0xFFFF]);

    private static void CheckRounding<T>()
        where T : struct, IWeightFormat =>
        Values.Array[16].Sample(
            values =>
            {
                var vector = T.Round(Vector512.Create(values.AsSpan(0, 8)), Vector512.Create(values.AsSpan(8, 8)));
                for (var i = 0; i < values.Length; i++)
                {
                    Assert.Equal(T.RoundOne(values[i]), vector[i]);
                    AssertNearest<T>(values[i], vector[i]);
                }
            },
            iter: 20_000);

    /// <summary>What is not finite is found by its exponent bits, so no NaN may lose them.</summary>
    private static void CheckNaNs<T>()
        where T : struct, IWeightFormat
    {
        foreach (var single in (uint[])[0x7FFF_FFFF, 0xFFFF_FFFF, 0x7F80_0001, 0x7FFF_8000, 0xFFC0_0000])
        {
            var value = (double)BitConverter.UInt32BitsToSingle(single);
            Assert.Equal(T.Infinity, T.RoundOne(value) & T.Infinity);
            var vector = T.Round(Vector512.Create(value), Vector512.Create(value));
            for (var lane = 0; lane < Vector512<uint>.Count; lane++)
                Assert.Equal(T.Infinity, vector[lane] & T.Infinity);
        }
    }

    private static void CheckRoundTrip<T>(Gen<uint> bits)
        where T : struct, IWeightFormat =>
        bits.Where(b => (b & T.Infinity) != T.Infinity).Array[16].Sample(
            values =>
            {
                var stored = new byte[16 * T.Bytes];
                T.Store(Vector512.Create(values.AsSpan()), ref stored[0]);
                var loaded = T.Load(in stored[0]);
                var single = T.ToSingle(loaded);
                for (var i = 0; i < values.Length; i++)
                {
                    Assert.Equal(values[i], loaded[i]);
                    Assert.Equal(values[i], T.LoadOne(in stored[i * T.Bytes]));
                    Assert.Equal(BitConverter.DoubleToInt64Bits(T.ToDouble(values[i])), BitConverter.DoubleToInt64Bits(single[i]));
                    Assert.Equal(values[i], T.RoundOne(T.ToDouble(values[i])));
                    Assert.Equal(values[i], OrderedKey<T>.Bits(OrderedKey<T>.Of(values[i])));
                }
            },
            iter: 10_000);

    /// <summary>No neighbour of the result is nearer, and at equal distance the result is even; exact integers decide.</summary>
    private static void AssertNearest<T>(double value, uint bits)
        where T : struct, IWeightFormat
    {
        Assert.Equal(double.IsNegative(value), (bits & T.Sign) != 0);
        var magnitude = bits & ~T.Sign;
        var exact = BigInteger.Abs(ExactNumber.Of(value));
        var largest = ExactNumber.Of(T.ToDouble(T.Infinity - 1));
        var spacing = largest - ExactNumber.Of(T.ToDouble(T.Infinity - 2));
        if (magnitude == T.Infinity)
        {
            Assert.True(2 * exact >= 2 * largest + spacing);
            return;
        }
        var own = BigInteger.Abs(exact - ExactNumber.Of(T.ToDouble(magnitude)));
        var above = magnitude + 1 == T.Infinity ? largest + spacing : ExactNumber.Of(T.ToDouble(magnitude + 1));
        AssertNoNearer(own, BigInteger.Abs(above - exact), magnitude);
        if (magnitude > 0)
            AssertNoNearer(own, BigInteger.Abs(exact - ExactNumber.Of(T.ToDouble(magnitude - 1))), magnitude);
    }

    private static void AssertNoNearer(BigInteger own, BigInteger other, uint magnitude) =>
        Assert.True(own < other || (own == other && magnitude % 2 == 0));

    private static double NearTie(double value, long step) =>
        double.IsFinite(value) ? BitConverter.Int64BitsToDouble(BitConverter.DoubleToInt64Bits(value * (1 + Math.ScaleB(1, -9))) + step) : 0;

    private static Gen<T> Constants<T>(params T[] values) => Gen.Int[0, values.Length - 1].Select(i => values[i]);
}

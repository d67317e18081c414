using System.Runtime.Intrinsics;
using CsCheck;

namespace Loragate.MergeEngine.Kernels;

public sealed class NormalCellsTests
{
    [Fact]
    public void F32_cells_agree_with_the_rounding_of_single_numbers() => Check<Float32Format>();

    [Fact]
    public void BF16_cells_agree_with_the_rounding_of_single_numbers() => Check<BFloat16Format>();

    [Fact]
    public void F16_cells_agree_with_the_rounding_of_single_numbers() => Check<Float16Format>();

    [Fact]
    public void F32_cells_begin_at_twice_the_smallest_normal_number_and_end_at_the_largest() => CheckRange<Float32Format>();

    [Fact]
    public void BF16_cells_begin_at_twice_the_smallest_normal_number_and_end_at_the_largest() => CheckRange<BFloat16Format>();

    [Fact]
    public void F16_cells_begin_at_twice_the_smallest_normal_number_and_end_at_the_largest() => CheckRange<Float16Format>();

    /// <summary>Values t of the type and doubles around the ends of their cells: t, half-way to either neighbour, and some bits beside those.</summary>
    private static void Check<T>()
        where T : struct, IWeightFormat =>
        Gen.Select(Gen.UInt[0, (T.Sign << 1) - 1], Gen.Int[-1, 1], Gen.Long[-3, 3])
            .Where(g => NormalCells<T>.Holds(T.ToDouble(g.Item1)))
            .Select(g => (Bits: g.Item1, Value: Near<T>(g.Item1, g.Item2, g.Item3))).Where(g => NormalCells<T>.Holds(g.Value)).Array[8].Sample(
            cases =>
            {
                var values = Vector512.Create(cases.Select(c => c.Value).ToArray());
                var rounded = NormalCells<T>.Round(values);
                var nearest = Vector512.Create(cases.Select(c => T.ToDouble(c.Bits)).ToArray());
                var either = NormalCells<T>.EitherRoundsTo(nearest, values, Vector512.Create(double.MaxValue));
                var other = NormalCells<T>.EitherRoundsTo(nearest, Vector512.Create(double.MinValue), values);
                for (var i = 0; i < cases.Length; i++)
                {
                    var (bits, value) = cases[i];
                    var expected = T.RoundOne(value);
                    Assert.Equal(BitConverter.DoubleToInt64Bits(T.ToDouble(expected)), BitConverter.DoubleToInt64Bits(rounded[i]));
                    Assert.Equal(expected == bits, NormalCells<T>.RoundsTo(T.ToDouble(bits), value));
                    Assert.Equal(expected == bits, (either >> i & 1) != 0);
                    Assert.Equal(expected == bits, (other >> i & 1) != 0);
                    Assert.Equal(expected == bits ? ulong.MaxValue : 0, NormalCells<T>.RoundingTo(nearest, values)[i]);
                }
            },
            iter: 20_000);

    private static void CheckRange<T>()
        where T : struct, IWeightFormat
    {
        var smallest = 2 * T.ToDouble(1u << T.FractionBits);
        var largest = T.ToDouble(T.Infinity - 1);
        foreach (var sign in (double[])[1, -1])
        {
            Assert.True(Holds<T>(sign * smallest) && Holds<T>(sign * largest));
            Assert.False(Holds<T>(sign * Math.BitDecrement(smallest)) || Holds<T>(sign * Math.BitIncrement(largest)));
        }
        Assert.False(Holds<T>(0) || Holds<T>(double.NaN) || Holds<T>(double.PositiveInfinity) || Holds<T>(double.Epsilon));
    }

    /// <summary>One value, told alone and as a lane among others; both must agree.</summary>
    private static bool Holds<T>(double value)
        where T : struct, IWeightFormat
    {
        var among = Vector512.Create(2.0).WithElement(5, value);
        var alone = NormalCells<T>.Holds(value);
        Assert.Equal(alone, NormalCells<T>.Hold(among, Vector512.Create(2.0)));
        Assert.Equal(alone, NormalCells<T>.Hold(Vector512.Create(2.0), among));
        Assert.Equal(alone ? ulong.MaxValue : 0, NormalCells<T>.Held(among)[5]);
        return alone;
    }

    private static double Near<T>(uint bits, int side, long steps)
        where T : struct, IWeightFormat
    {
        var value = T.ToDouble(bits);
        var end = side == 0 ? value : (value + T.ToDouble((uint)(bits + side))) / 2;
        return BitConverter.Int64BitsToDouble(BitConverter.DoubleToInt64Bits(end) + steps);
    }
}

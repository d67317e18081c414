using CsCheck;
using Loragate.Artifacts.Safetensors;

namespace Loragate.MergeEngine.Kernels;

public sealed class UpdateMergerTests
{
    private const int Columns = 33;

    [Fact]
    public void F32_sums_anywhere_near_the_ends_of_a_cell_merge_as_one_by_one() => Check<Float32Format>(DType.F32);

    [Fact]
    public void BF16_sums_anywhere_near_the_ends_of_a_cell_merge_as_one_by_one() => Check<BFloat16Format>(DType.BF16);

    [Fact]
    public void F16_sums_anywhere_near_the_ends_of_a_cell_merge_as_one_by_one() => Check<Float16Format>(DType.F16);

    /// <summary>Weights of any kind, powers of two among them, and updates that take them near a value, or near the middle to its neighbour; the row and its elements one by one must agree on everything.</summary>
    private static void Check<T>(DType type)
        where T : struct, IWeightFormat =>
        Gen.Select(Weight<T>(), Gen.Int[-2, 2], Gen.UInt[0, (1u << T.FractionBits) - 1], Gen.Int[-1, 1], Gen.Long[-20, 20]).Select(g => (Weight: g.Item1, Update: UpdateOf<T>(g.Item1, g.Item2, g.Item3, g.Item4, g.Item5))).Array[Columns].Sample(
            row =>
            {
                var kernel = TensorKernel.For(type, type);
                var weights = new byte[Columns * T.Bytes];
                for (var i = 0; i < Columns; i++)
                    T.StoreOne(row[i].Weight, ref weights[i * T.Bytes]);
                var updates = row.Select(e => e.Update).ToArray();
                var (merged, one) = (new byte[weights.Length], new byte[weights.Length]);
                var (undo, oneUndo, sums, oneSums) = (new BitWriter(), new BitWriter(), new FidelitySums(), new FidelitySums());
                var isFinite = kernel.Merge(weights, merged, new RowTerms(updates, Columns), undo, ref sums);
                var again = new byte[weights.Length];
                Assert.Equal(isFinite, kernel.Recompute(weights, again, new RowTerms(updates, Columns)));
                Assert.Equal(merged, again);
                var isOneFinite = true;
                for (var i = 0; i < Columns; i++)
                    isOneFinite &= kernel.Merge(weights.AsSpan(i * T.Bytes, T.Bytes), one.AsSpan(i * T.Bytes, T.Bytes), new RowTerms(updates.AsSpan(i, 1), 1), oneUndo, ref oneSums);
                Assert.Equal(isOneFinite, isFinite);
                Assert.Equal(one, merged);
                if (!isFinite)
                    return;
                Assert.Equal(oneUndo.Count, undo.Count);
                Assert.Equal(oneUndo.Bytes.ToArray(), undo.Bytes.ToArray());
                var (expected, found) = (oneSums.ToFidelity(), sums.ToFidelity());
                Assert.Equal((expected.Unchanged, expected.LargestStep, expected.Saturated, expected.Flushed), (found.Unchanged, found.LargestStep, found.Saturated, found.Flushed));
                // The row adds in sixteen lanes, the elements one after the other: the same numbers in another order.
                Assert.Equal(expected.UpdateNorm, found.UpdateNorm, expected.UpdateNorm * 1e-12);
                Assert.Equal(expected.LostNorm, found.LostNorm, expected.LostNorm * 1e-12);
            },
            iter: 20_000);

    /// <summary>Mostly ordinary weights, so that whole vectors of them occur; powers of two, zeros, subnormal and largest numbers.</summary>
    private static Gen<uint> Weight<T>()
        where T : struct, IWeightFormat =>
        Gen.Select(
            Gen.Frequency(
                (60, Gen.Select(Gen.UInt[(T.Infinity >> T.FractionBits) / 2 - 4, (T.Infinity >> T.FractionBits) / 2 + 2], Gen.UInt[0, (1u << T.FractionBits) - 1]).Select((e, f) => e << T.FractionBits | f)),
                (10, Gen.UInt[(T.Infinity >> T.FractionBits) / 2 - 4, (T.Infinity >> T.FractionBits) / 2 + 2].Select(e => e << T.FractionBits)),
                (1, Gen.UInt[0, 5]),
                (1, Gen.UInt[T.Infinity - 4, T.Infinity - 1])),
            Gen.Bool).Select((magnitude, isNegative) => isNegative ? magnitude | T.Sign : magnitude);

    /// <summary>
    /// The update that takes a weight near a value some binades away (or, of the value itself, near the middle to a neighbour). A weight near zero is taken
    /// so far that the values on both sides of zero share the result.
    /// </summary>
    private static double UpdateOf<T>(uint weight, int binades, uint fraction, int side, long steps)
        where T : struct, IWeightFormat
    {
        var exponent = (long)((weight & (T.Sign - 1)) >> T.FractionBits) + binades;
        var target = (uint)Math.Clamp(exponent, 0, T.Infinity >> T.FractionBits) << T.FractionBits | fraction;
        if (exponent <= 0 || target >= T.Infinity - 1)
            return binades * 0.75;
        var value = T.ToDouble(target);
        var end = side == 0 ? value : (value + T.ToDouble((uint)(target + side))) / 2;
        var near = BitConverter.Int64BitsToDouble(BitConverter.DoubleToInt64Bits(end) + steps);
        return (weight & T.Sign) != 0 ? -near - T.ToDouble(weight) : near - T.ToDouble(weight);
    }
}

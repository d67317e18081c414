using CsCheck;
using Loragate.Artifacts.Safetensors;

namespace Loragate.MergeEngine.Kernels;

public sealed class RowMergerTests
{
    private static readonly Gen<double> Updates = Gen.Frequency(
        (6, Gen.Select(Gen.Double[-1, 1], Gen.Int[-30, 2]).Select((m, e) => Math.ScaleB(m, e))),
        (1, Constants(0.0, -0.0, 1e-12, -1e-12)));

    private static readonly Gen<double> Factors = Gen.OneOf(Gen.Const(1.0), Gen.Double[0.5, 1.5], Gen.Double[-1.5, -0.5], Constants(0.0, 1e-3, -2.0));

    public static TheoryData<DType, DType> Pairs =>
        new()
        {
            { DType.BF16, DType.BF16 }, { DType.F16, DType.F16 }, { DType.F32, DType.F32 }, { DType.BF16, DType.F32 }, { DType.F16, DType.F32 },
        };

    [Theory]
    [MemberData(nameof(Pairs))]
    public void A_merged_row_unmerges_to_the_same_bits(DType input, DType output) =>
        Rows(input).Sample(
            row =>
            {
                var kernel = TensorKernel.For(input, output);
                var merged = new byte[row.Columns * output.Bits / 8];
                var undo = new BitWriter();
                var sums = new FidelitySums();
                Assert.True(kernel.Merge(row.Weights, merged, row.Terms, undo, ref sums));

                var restored = new byte[row.Weights.Length];
                var reader = new BitReader(undo.Bytes.ToArray());
                Assert.True(kernel.Unmerge(merged, restored, row.Terms, reader));
                Assert.Equal(row.Weights, restored);
                Assert.True(reader.IsAtEnd);
            },
            iter: 3_000);

    [Theory]
    [MemberData(nameof(Pairs))]
    public void Sixteen_at_once_give_the_bits_and_sums_of_one_by_one(DType input, DType output) =>
        Rows(input).Sample(
            row =>
            {
                var kernel = TensorKernel.For(input, output);
                var merged = new byte[row.Columns * output.Bits / 8];
                var (undo, sums) = (new BitWriter(), new FidelitySums());
                kernel.Merge(row.Weights, merged, row.Terms, undo, ref sums);

                var (inBytes, outBytes) = (input.Bits / 8, output.Bits / 8);
                var (oneUndo, oneSums) = (new BitWriter(), new FidelitySums());
                for (var column = 0; column < row.Columns; column++)
                {
                    var deltas = Enumerable.Range(0, row.Deltas.Length / row.Columns).Select(j => row.Deltas[j * row.Columns + column]).ToArray();
                    var one = new byte[outBytes];
                    kernel.Merge(row.Weights.AsSpan(column * inBytes, inBytes), one, new RowTerms(deltas, 1, row.FactorAt(column)), oneUndo, ref oneSums);
                    Assert.Equal(one, merged.AsSpan(column * outBytes, outBytes).ToArray());
                }
                Assert.Equal(oneUndo.Count, undo.Count);
                Assert.Equal(oneUndo.Bytes.ToArray(), undo.Bytes.ToArray());
                var (expected, found) = (oneSums.ToFidelity(), sums.ToFidelity());
                Assert.Equal(row.Columns, found.Elements);
                Assert.Equal((expected.Unchanged, expected.LargestStep, expected.Saturated, expected.Flushed), (found.Unchanged, found.LargestStep, found.Saturated, found.Flushed));
                // The row adds in sixteen lanes, the elements one after the other: the same numbers in another order.
                Assert.Equal(expected.UpdateNorm, found.UpdateNorm, expected.UpdateNorm * 1e-12);
                Assert.Equal(expected.BaseNorm, found.BaseNorm, expected.BaseNorm * 1e-12);
                Assert.Equal(expected.LostNorm, found.LostNorm, expected.LostNorm * 1e-12);
            },
            iter: 500);

    [Fact]
    public void A_norm_is_the_root_of_the_sum_of_squares_in_sixteen_lanes() =>
        Rows(DType.F32).Sample(
            row =>
            {
                var lanes = new double[16];
                for (var column = 0; column < row.Columns; column++)
                {
                    var value = (double)BitConverter.ToSingle(row.Weights, column * 4);
                    for (var at = column; at < row.Deltas.Length; at += row.Columns)
                        value += row.Deltas[at];
                    lanes[column % 16] += value * value;
                }
                for (var width = 8; width > 0; width /= 2)
                {
                    for (var lane = 0; lane < width; lane++)
                        lanes[lane] += lanes[lane + width];
                }
                Assert.Equal(Math.Sqrt(lanes[0]), TensorKernel.For(DType.F32, DType.F32).Norm(row.Weights, new RowTerms(row.Deltas, row.Columns)));
            },
            iter: 500);

    [Fact]
    public void An_accumulated_update_is_the_scalar_one() =>
        Gen.Select(Gen.Int[1, 9], Gen.Int[1, 67], Gen.Int[1, 11], Gen.Float[-2, 2].Array[9 * 11], Gen.Float[-2, 2].Array[11 * 67]).Sample(
            (rows, columns, rank, left, right) =>
            {
                var factors = new LowRankFactors([.. left.Take(rows * rank).Select(f => (double)f)], [.. right.Take(rank * columns).Select(f => (double)f)], rank, columns, 0.7);
                var deltas = new double[rows * columns];
                RowAccumulator.Fill(factors, 0, rows, deltas);
                for (var row = 0; row < rows; row++)
                {
                    var expected = new double[columns];
                    RowAccumulator.FillOne(factors, row, 0, expected);
                    Assert.Equal(expected, deltas.AsSpan(row * columns, columns).ToArray());
                }
            },
            iter: 1_000);

    [Fact]
    public void Side_car_bits_of_another_merge_are_noticed()
    {
        var kernel = TensorKernel.For(DType.BF16, DType.BF16);
        var weights = new byte[64];
        var deltas = Enumerable.Repeat(1.0, 32).ToArray();
        var merged = new byte[64];
        var (undo, sums) = (new BitWriter(), new FidelitySums());
        kernel.Merge(weights, merged, new RowTerms(deltas, 32), undo, ref sums);
        Assert.True(undo.Count > 0);
        Assert.False(kernel.Unmerge(merged, new byte[64], new RowTerms(deltas, 32), new BitReader([])));
        Assert.False(kernel.Unmerge(merged, new byte[64], new RowTerms(deltas, 32), new BitReader([.. Enumerable.Repeat((byte)0xFF, undo.Bytes.Length)])));
    }

    private static Gen<Row> Rows(DType type) =>
        Gen.Select(Gen.Int[1, 40], Gen.Int[0, 3], Factors, Gen.Bool).SelectMany((columns, adapters, factor, isByColumn) =>
            Gen.Select(Weights(type).Array[columns], Updates.Array[columns * adapters], Factors.Array[isByColumn ? columns : 0])
                .Select((weights, deltas, factors) => new Row(columns, [.. weights.SelectMany(b => b)], deltas, isByColumn ? 1 : factor, factors)));

    private static Gen<byte[]> Weights(DType type) => type switch
    {
        DType.F32 => Gen.Frequency((5, Gen.Float[-2, 2]), (1, Constants(0f, -0f, 1e-40f, -1e-40f, 3e30f))).Select(BitConverter.GetBytes),
        DType.F16 => Gen.UShort.Where(b => (b & 0x7C00) < 0x7800).Select(BitConverter.GetBytes),
        _ => Gen.UShort.Where(b => (b & 0x7F80) < 0x7000).Select(BitConverter.GetBytes),
    };

    private sealed record Row(int Columns, byte[] Weights, double[] Deltas, double Factor, double[] ColumnFactors)
    {
        public RowTerms Terms => new(Deltas, Columns, Factor, ColumnFactors);

        public double FactorAt(int column) => ColumnFactors.Length == 0 ? Factor : ColumnFactors[column];
    }

    private static Gen<T> Constants<T>(params T[] values) => Gen.Int[0, values.Length - 1].Select(i => values[i]);
}

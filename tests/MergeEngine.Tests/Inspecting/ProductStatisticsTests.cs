namespace Loragate.MergeEngine.Inspecting;

public sealed class ProductStatisticsTests
{
    /// <summary>U and V with orthonormal columns (reflections of a few unit vectors), so that the singular values are known.</summary>
    [Theory]
    [InlineData(new[] { 3.0 })]
    [InlineData(new[] { 5.0, 1e-3 })]
    [InlineData(new[] { 2.0, 2.0, 2.0, 1.0 })]
    [InlineData(new[] { 7.0, 3.0, 0.0, 0.0, 0.0 })]
    [InlineData(new[] { 1e-20, 3e-21 })]
    [InlineData(new[] { 1e100, 3e99 })]
    [InlineData(new[] { 1e-150, 3e-151 })]
    public void Known_singular_values_are_found(double[] values)
    {
        var (rank, rows, columns) = (values.Length, 13, 11);
        var b = Orthonormal(rows, rank, 1);
        for (var i = 0; i < b.Length; i++)
            b[i] *= values[i % rank];
        var found = Of(b, Transposed(Orthonormal(columns, rank, 2), rank), rank);
        var largest = values.Max();
        var (squares, fourths) = (values.Sum(v => v / largest * v / largest), values.Sum(v => Math.Pow(v / largest, 4)));
        Assert.Equal(1, found.Norm / largest / Math.Sqrt(squares), 1e-14);
        // A Gram matrix squares the condition, so half of a double's digits remain in the worst case.
        Assert.Equal(1, found.SpectralNorm!.Value / largest, 1e-9);
        Assert.Equal(1, found.EffectiveRank!.Value / (squares * squares / fourths), 1e-7);
    }

    [Fact]
    public void Power_iteration_agrees_on_random_factors()
    {
        var random = new Random(5);
        foreach (var rank in new[] { 1, 2, 3, 8, 16, 33 })
        {
            var (b, a) = (Values(random, 40 * rank), Values(random, 50 * rank));
            var found = Of(b, Transposed(a, rank), rank);
            Assert.Equal(1, found.SpectralNorm!.Value / Math.Sqrt(PowerIteration(Gram(b, rank), Gram(a, rank), rank)), 1e-9);
            Assert.InRange(found.EffectiveRank!.Value, 1, rank + 1e-9);
        }
    }

    /// <summary>Two columns that are nearly one against each other: the product is 10⁻⁹ of the factors, and its norm is right to the rounding of the factors.</summary>
    [Fact]
    public void Factors_that_cancel_leave_the_norm_its_digits()
    {
        const double Rest = 1.0 / (1 << 30);
        var b = Enumerable.Range(0, 12).SelectMany(i => new[] { 1.0 + i, -(1.0 + i) + Rest }).ToArray();
        double[] a = [.. Enumerable.Repeat(3.0, 10), .. Enumerable.Repeat(3.0, 10)];
        var found = Of(b, a, 2);
        Assert.Equal(1, found.Norm / (Rest * 3 * Math.Sqrt(120)), 1e-5);
        Assert.InRange(found.Cancellation!.Value, 1e9, 1e11);
    }

    [Fact]
    public void Factors_that_cancel_whole_have_a_norm_of_zero() =>
        Assert.Equal(new ProductStatistics(0, 0, null, null), Of([.. Enumerable.Range(0, 12).SelectMany(i => new[] { 0.1 + i, -(0.1 + i) })], [.. Enumerable.Repeat(0.3, 20)], 2));

    [Fact]
    public void A_zero_update_has_no_direction() => Assert.Equal(new ProductStatistics(0, 0, null, null), Of(new double[39], Values(new Random(1), 30), 3));

    private static ProductStatistics Of(double[] b, double[] a, int rank) => ProductStatistics.Of(b, a, rank, TestContext.Current.CancellationToken);

    private static double[] Transposed(double[] matrix, int rank) => [.. Enumerable.Range(0, matrix.Length).Select(at => matrix[at % (matrix.Length / rank) * rank + at / (matrix.Length / rank)])];

    /// <summary>The largest eigenvalue of XY, by repeated multiplication.</summary>
    private static double PowerIteration(double[] x, double[] y, int n)
    {
        var v = Enumerable.Repeat(1.0, n).ToArray();
        var size = 0.0;
        for (var step = 0; step < 20_000; step++)
        {
            var w = Times(x, Times(y, v));
            size = Math.Sqrt(w.Sum(e => e * e));
            v = [.. w.Select(e => e / size)];
        }
        return size;

        double[] Times(double[] matrix, double[] vector) => [.. Enumerable.Range(0, n).Select(i => Enumerable.Range(0, n).Sum(j => matrix[i * n + j] * vector[j]))];
    }

    private static double[] Gram(double[] matrix, int rank)
    {
        var gram = new double[rank * rank];
        for (var row = 0; row < matrix.Length; row += rank)
        {
            for (var i = 0; i < rank; i++)
            {
                for (var j = 0; j < rank; j++)
                    gram[i * rank + j] += matrix[row + i] * matrix[row + j];
            }
        }
        return gram;
    }

    /// <summary>The first columns of I − 2vvᵀ/vᵀv.</summary>
    private static double[] Orthonormal(int rows, int columns, int seed)
    {
        var v = Values(new Random(seed), rows);
        var square = v.Sum(x => x * x);
        return [.. Enumerable.Range(0, rows * columns).Select(at => (at / columns == at % columns ? 1 : 0) - 2 * v[at / columns] * v[at % columns] / square)];
    }

    private static double[] Values(Random random, int count) => [.. Enumerable.Range(0, count).Select(_ => random.NextDouble() - 0.5)];
}

namespace Loragate.MergeEngine.Inspecting;

public sealed class CoreSpectrumTests
{
    /// <summary>U and V with orthonormal columns (reflections of a few unit vectors), so that the singular values are known.</summary>
    [Theory]
    [InlineData(new[] { 3.0 })]
    [InlineData(new[] { 5.0, 1e-3 })]
    [InlineData(new[] { 2.0, 2.0, 2.0, 1.0 })]
    [InlineData(new[] { 7.0, 3.0, 0.0, 0.0, 0.0 })]
    [InlineData(new[] { 1e-20, 3e-21 })]
    public void Known_singular_values_are_found(double[] values)
    {
        var (rank, rows, columns) = (values.Length, 13, 11);
        var b = Orthonormal(rows, rank, 1);
        var a = Orthonormal(columns, rank, 2);
        for (var i = 0; i < b.Length; i++)
            b[i] *= values[i % rank];
        var (spectral, effective) = CoreSpectrum.Of(Gram(b, rank), Gram(a, rank), rank);
        var (squares, fourths) = (values.Sum(v => v * v), values.Sum(v => v * v * v * v));
        // A Gram matrix squares the condition, so half of a double's digits remain in the worst case.
        Assert.Equal(1, spectral / values.Max(), 1e-9);
        Assert.Equal(1, effective / (squares * squares / fourths), 1e-7);
    }

    [Fact]
    public void Power_iteration_agrees_on_random_factors()
    {
        var random = new Random(5);
        foreach (var rank in new[] { 1, 2, 3, 8, 16, 33 })
        {
            var (b, a) = (Values(random, 40 * rank), Values(random, 50 * rank));
            var (left, right) = (Gram(b, rank), Gram(a, rank));
            var (spectral, effective) = CoreSpectrum.Of(left, right, rank);
            Assert.Equal(1, spectral / Math.Sqrt(PowerIteration(left, right, rank)), 1e-9);
            Assert.InRange(effective, 1, rank + 1e-9);
        }
    }

    [Fact]
    public void A_zero_update_has_no_direction() => Assert.Equal((0.0, 0.0), CoreSpectrum.Of(new double[9], Gram(Values(new Random(1), 30), 3), 3));

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

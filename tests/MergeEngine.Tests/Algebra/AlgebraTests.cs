using CsCheck;
using Loragate.Artifacts;

namespace Loragate.MergeEngine.Algebra;

public sealed class AlgebraTests
{
    /// <summary>A few hundred rounding errors of 2⁻⁵³, relative to the matrix: what Householder and Jacobi leave at these sizes.</summary>
    private const double Small = 1e-13;

    private static readonly Gen<Matrix> AnyMatrix =
        from rows in Gen.Int[1, 40]
        from columns in Gen.Int[1, 40]
        from exponent in Gen.Int[-60, 60]
        from dependent in Gen.Bool
        from values in Gen.Double[-1, 1].Array[rows * columns]
        select Make(rows, columns, exponent, dependent, values);

    [Fact]
    public void QR_gives_the_matrix_back_from_orthonormal_columns_and_a_triangle() => AnyMatrix.Sample(matrix =>
    {
        var (q, r) = QrDecomposition.Of(matrix);
        Assert.True(Distance(q.Times(r), matrix) <= Small * matrix.Norm());
        AssertOrthonormal(q);
        for (var i = 1; i < r.Rows; i++)
            Assert.All(r.Row(i)[..Math.Min(i, r.Columns)].ToArray(), below => Assert.Equal(0, below));
    });

    [Fact]
    public void The_SVD_gives_the_matrix_back_with_falling_values() => AnyMatrix.Sample(matrix =>
    {
        var (u, values, v) = SingularValues.Of(matrix);
        Assert.True(Distance(u.ScaledColumns(values).Times(v.Transpose()), matrix) <= Small * matrix.Norm());
        Assert.Equal(values.OrderDescending(), values);
        Assert.All(values, s => Assert.True(s >= 0));
        AssertOrthonormal(v);
        Assert.Equal(matrix.Norm(), Math.Sqrt(values.Sum(s => s * s)), Small * matrix.Norm());
    });

    [Fact]
    public void Known_singular_values_are_found_over_many_orders_of_magnitude()
    {
        var known = Enumerable.Range(0, 12).Select(i => Math.Pow(10, -i)).ToArray();
        var (u, v) = (QrDecomposition.Of(Random(30, 12, 1)).Q, QrDecomposition.Of(Random(25, 12, 2)).Q);
        var found = SingularValues.Of(u.ScaledColumns(known).Times(v.Transpose())).Values;
        for (var i = 0; i < known.Length; i++)
            Assert.Equal(known[i], found[i], Small);
    }

    [Fact]
    public void A_matrix_of_zeros_has_no_size_and_orthonormal_factors()
    {
        AssertOrthonormal(QrDecomposition.Of(new Matrix(5, 3)).Q);
        Assert.All(SingularValues.Of(new Matrix(5, 3)).Values, s => Assert.Equal(0, s));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-1074)]
    [InlineData(1000)]
    public void Columns_that_repeat_sixteen_times_and_sizes_at_the_ends_of_double_give_the_matrix_back(int exponent)
    {
        // Every repetition leaves a residual 2⁻⁵³ times smaller than the one before, until it is subnormal.
        var part = Random(96, 8, 7);
        var matrix = Matrix.SideBySide([.. Enumerable.Repeat(part.ScaledColumns([.. Enumerable.Repeat(Math.ScaleB(1, exponent), 8)]), 16)]);
        // Where all values are subnormal, a value rounds by 2⁻¹⁰⁷⁵ at every step of a sum.
        var tolerance = Small * matrix.Norm() + matrix.Rows * Math.ScaleB(1, -1074) * Math.Sqrt(matrix.Values.Length);
        var (q, r) = QrDecomposition.Of(matrix);
        AssertOrthonormal(q);
        Assert.True(Distance(q.Times(r), matrix) <= tolerance);
        var (u, values, v) = SingularValues.Of(matrix);
        Assert.True(Distance(u.ScaledColumns(values).Times(v.Transpose()), matrix) <= tolerance);
    }

    [Fact]
    public void Products_are_the_naive_sums_to_the_last_bit_whatever_the_shape() =>
        (from rows in Gen.Int[1, 21] from inner in Gen.Int[1, 37] from columns in Gen.Int[1, 41] select (rows, inner, columns)).Sample(shape =>
        {
            var (a, b) = (Random(shape.rows, shape.inner, 3), Random(shape.inner, shape.columns, 4));
            var (product, transposed) = (a.Times(b), new Matrix(shape.rows, shape.columns));
            Product.AddTransposed(a.Transpose().Values, b.Values, shape.inner, transposed);
            for (var i = 0; i < shape.rows; i++)
            {
                for (var j = 0; j < shape.columns; j++)
                {
                    var sum = 0.0;
                    for (var k = 0; k < shape.inner; k++)
                        sum += a[i, k] * b[k, j];
                    Assert.Equal(sum, product[i, j]);
                    Assert.Equal(sum, transposed[i, j]);
                }
            }
        });

    [Fact]
    public void The_best_approximation_of_a_product_leaves_exactly_the_dropped_values()
    {
        var (left, right) = (Random(50, 9, 5), Random(9, 33, 6));
        for (var rank = 1; rank <= 9; rank++)
        {
            var best = LowRank.OfProduct(left, right, rank);
            var error = Distance(best.BalancedLeft.Times(best.BalancedRight), left.Times(right));
            Assert.Equal(Math.Sqrt(best.Dropped.Sum(s => s * s)), error, Small * left.Times(right).Norm());
        }
    }

    [Fact]
    public void Walking_rows_finds_what_the_full_SVD_finds()
    {
        var noisy = Random(120, 6, 7).Times(Random(6, 90, 8));
        var noise = Random(120, 90, 9);
        for (var i = 0; i < noisy.Values.Length; i++)
            noisy.Values[i] += 0.05 * noise.Values[i];
        var full = SingularValues.Of(noisy).Values;
        var source = new Combining.FactorValues(noisy);
        var squared = source.SquaredNorm(default);
        foreach (var rank in new[] { 1, 6, 20, 90 })
        {
            var best = LowRank.OfRows(source, rank, squared, new Philox(1, 2), default);
            var (error, optimal) = (source.DistanceFrom(best.BalancedLeft, best.BalancedRight, default), Math.Sqrt(full.Skip(rank).Sum(s => s * s)));
            // It stops when a pass adds less than 10⁻¹² of ‖X‖², so ‖error‖² is within a small multiple of that of the optimum.
            Assert.InRange(error * error, optimal * optimal - 1e-11 * squared, optimal * optimal + 1e-10 * squared);
        }
    }

    private static Matrix Make(int rows, int columns, int exponent, bool dependent, double[] values)
    {
        for (var i = 0; i < values.Length; i++)
            values[i] = Math.ScaleB(values[i], exponent);
        if (dependent)
        {
            for (var row = 0; row < rows; row++)
                values[row * columns + columns - 1] = values[row * columns];
        }
        return new Matrix(rows, columns, values);
    }

    private static Matrix Random(int rows, int columns, int seed)
    {
        var random = new Random(seed);
        return new Matrix(rows, columns, [.. Enumerable.Range(0, rows * columns).Select(_ => random.NextDouble() - 0.5)]);
    }

    private static double Distance(Matrix x, Matrix y) => new Matrix(x.Rows, x.Columns, [.. x.Values.Zip(y.Values, (a, b) => a - b)]).Norm();

    private static void AssertOrthonormal(Matrix q)
    {
        var gram = q.Transpose().Times(q);
        for (var i = 0; i < gram.Rows; i++)
        {
            for (var j = 0; j < gram.Columns; j++)
                Assert.Equal(i == j ? 1 : 0, gram[i, j], Small);
        }
    }
}

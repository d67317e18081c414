using Loragate.Artifacts;

namespace Loragate.MergeEngine.Combining;

public sealed class CombinePruningTests : IDisposable
{
    private readonly CombineBench _bench = new();

    [Theory]
    [InlineData("ties", MajoritySign.Total)]
    [InlineData("ties", MajoritySign.Frequency)]
    [InlineData("magnitude-prune", null)]
    [InlineData("dare-linear", null)]
    [InlineData("dare-ties", MajoritySign.Total)]
    public void Pruning_and_voting_on_the_updates_is_what_a_naive_computation_gives(string name, MajoritySign? sign)
    {
        var folders = new[] { (_bench.One, 0.7), (_bench.Two, -0.3), (TinyModel.WriteAdapter(_bench.Temp.PathTo("three"), seed: 5), 1.5) };
        var options = new MethodOptions { Rank = 21, Density = 0.4, MajoritySign = sign, Seed = 11 };
        var receipt = _bench.Combine(name, options, "out", [.. folders.Select(f => new WeightedAdapter(f.Item1, f.Item2))]);
        var found = ProductOf.Folder(_bench.Temp.PathTo("out"));
        foreach (var module in receipt.Modules)
        {
            var updates = folders.Select((f, i) => Pruned(name, ProductOf.Folder(f.Item1)[module.Module], module.Module, i)).ToList();
            var expected = Voted(updates, [.. folders.Select(f => f.Item2)], sign);
            Assert.Equal(ProductOf.Norm(expected), module.Norm, 1e-12 * module.Norm);
            // The rank is that of the module, so only the rounding of the factors is left: 2·2⁻²⁴ of Σσ.
            Assert.InRange(ProductOf.Norm(ProductOf.Minus(found[module.Module], expected)), 0, 2 * module.SingularValues.Sum() / (1 << 24));
        }
    }

    [Fact]
    public void Of_equal_magnitudes_those_that_come_first_stay()
    {
        var values = new double[] { 1, -2, 2, 2, -1, 2, 0, 1 };
        var pruner = MagnitudePruner.Of(new FactorValues(new Algebra.Matrix(4, 2, [.. values])), 3, default);
        pruner.Apply<DoubleArithmetic>(0, values);
        Assert.Equal([0, -2, 2, 2, 0, 0, 0, 0], values);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(777)]
    [InlineData(1000)]
    public void Pruning_by_magnitude_keeps_as_many_as_asked_and_none_larger_is_lost(int kept)
    {
        var random = new Random(6);
        var values = Enumerable.Range(0, 1000).Select(_ => Math.Round(random.NextDouble() * 40 - 20) / 8).ToArray();
        var pruned = values.ToArray();
        MagnitudePruner.Of(new FactorValues(new Algebra.Matrix(100, 10, values)), kept, default).Apply<DoubleArithmetic>(0, pruned);
        var order = Enumerable.Range(0, values.Length).OrderByDescending(i => Math.Abs(values[i])).ThenBy(i => i).ToList();
        var stay = order.Take(kept).ToHashSet();
        Assert.Equal(values.Select((v, i) => stay.Contains(i) ? v : 0), pruned);
    }

    [Theory]
    [InlineData(0.15, 6, 30, 27)]
    [InlineData(0.3, 3, 30, 27)]
    [InlineData(0.6, 3, 15, 27)]
    [InlineData(0.7, 3, 10, 21)]
    [InlineData(0.35, 3, 20, 21)]
    public void As_many_stay_as_PEFT_keeps_whose_product_with_the_density_is_rounded_once(double density, int rows, int columns, int kept)
    {
        var values = Enumerable.Range(1, rows * columns).Select(i => (double)i).ToArray();
        var blend = new Blend { Pruning = Pruning.Magnitude, Density = density };
        Pruner.For(blend, new FactorValues(new Algebra.Matrix(rows, columns, [.. values])), "m", 0, default).Apply<DoubleArithmetic>(0, values);
        Assert.Equal(kept, values.Count(v => v != 0));
    }

    [Fact]
    public void Random_pruning_keeps_the_share_that_was_asked_for_and_rescales_it()
    {
        var values = Enumerable.Repeat(1.0, 100_000).ToArray();
        new RandomPruner(Philox.Stream("dare", 1, "m", 0), 0.3).Apply<DoubleArithmetic>(0, values);
        Assert.All(values, v => Assert.True(v is 0 or 1 / 0.3));
        // Six standard deviations of a binomial share.
        Assert.Equal(0.3, values.Count(v => v != 0) / 100_000.0, 6 * Math.Sqrt(0.3 * 0.7 / 100_000));
        var halves = Enumerable.Repeat(1.0, 100_000).ToArray();
        var pruner = new RandomPruner(Philox.Stream("dare", 1, "m", 0), 0.3);
        pruner.Apply<DoubleArithmetic>(50_001, halves.AsSpan(50_001));
        pruner.Apply<DoubleArithmetic>(0, halves.AsSpan(0, 50_001));
        Assert.Equal(values, halves);
    }

    public void Dispose() => _bench.Dispose();

    private static double[,] Pruned(string name, double[,] update, string module, int ordinal)
    {
        var (rows, columns) = (update.GetLength(0), update.GetLength(1));
        var result = new double[rows, columns];
        var random = Philox.Stream("dare", 11, module, ordinal);
        var large = Enumerable.Range(0, rows * columns).OrderByDescending(i => Math.Abs(update[i / columns, i % columns])).Take((int)(0.4 * rows * columns)).ToHashSet();
        for (var i = 0; i < rows * columns; i++)
        {
            var stays = name.StartsWith("dare", StringComparison.Ordinal) ? random.At((ulong)i) < 0.4 * 4294967296 : large.Contains(i);
            var value = update[i / columns, i % columns];
            result[i / columns, i % columns] = !stays ? 0 : name.StartsWith("dare", StringComparison.Ordinal) ? value / 0.4 : value;
        }
        return result;
    }

    private static double[,] Voted(List<double[,]> updates, double[] weights, MajoritySign? sign)
    {
        var result = new double[updates[0].GetLength(0), updates[0].GetLength(1)];
        for (var row = 0; row < result.GetLength(0); row++)
        {
            for (var column = 0; column < result.GetLength(1); column++)
            {
                var votes = updates.Select((u, i) => u[row, column] * weights[i]).ToList();
                var elected = sign switch { null => 0, MajoritySign.Total => votes.Sum() >= 0 ? 1 : -1, _ => votes.Sum(v => Math.Sign(v)) >= 0 ? 1 : -1 };
                var agreeing = votes.Where(v => elected == 0 || Math.Sign(v) == elected).ToList();
                result[row, column] = elected == 0 ? agreeing.Sum() : agreeing.Sum() / Math.Max(1, agreeing.Count);
            }
        }
        return result;
    }
}

using Loragate.Governance.Statistics;

namespace Loragate.Governance.Tests.Statistics;

public sealed class PairedBootstrapTests
{
    [Fact]
    public void The_same_seed_gives_the_same_bounds_and_another_seed_others()
    {
        var differences = Normals(new SplitMix64(1), 200, 0.1);
        var first = PairedBootstrap.Of(differences, null, 7, "task");
        var again = PairedBootstrap.Of(differences, null, 7, "task");
        Assert.Equal((first.Lower(0.05), first.Upper(0.05), first.Procedure), (again.Lower(0.05), again.Upper(0.05), again.Procedure));
        Assert.NotEqual(first.Lower(0.05), PairedBootstrap.Of(differences, null, 8, "task").Lower(0.05));
        Assert.NotEqual(first.Lower(0.05), PairedBootstrap.Of(differences, null, 7, "other").Lower(0.05));
        Assert.Equal("expanded-bca-bootstrap-9999-seed-7", first.Procedure);
    }

    [Fact]
    public void Of_many_normal_differences_the_bounds_are_those_of_t()
    {
        var differences = Normals(new SplitMix64(2), 400, 0.3);
        var (bootstrap, mean) = (PairedBootstrap.Of(differences, null, 1, "task"), ClusteredMean.Of(differences));
        // A 5 % quantile of 9,999 resamples has a Monte-Carlo error of √(0.05·0.95/9999)/φ(1.645) = 0.021 standard errors; four of them, and the bootstrap's own.
        var slack = 0.12 * mean.StandardError;
        Assert.Equal(mean.LowerBound(0.05), bootstrap.Lower(0.05), slack);
        Assert.Equal(mean.UpperBound(0.05), bootstrap.Upper(0.05), slack);
    }

    [Fact]
    public void Bounds_and_tests_say_the_same()
    {
        var differences = Normals(new SplitMix64(3), 60, 0.2).Select(value => value * value).ToArray();
        var bootstrap = PairedBootstrap.Of(differences, [.. Enumerable.Range(0, 60).Select(i => $"{i / 3}")], 1, "task");
        Assert.Equal(20, bootstrap.Clusters);
        // One resample in 10,000 beside the bound's own rounding.
        Assert.Equal(0.05, bootstrap.PAbove(bootstrap.Lower(0.05)), 3e-4);
        Assert.Equal(0.05, bootstrap.PBelow(bootstrap.Upper(0.05)), 3e-4);
        // Beyond all resamples p is that of half a resample, which t on 19 degrees makes a little larger.
        Assert.InRange(bootstrap.PAbove(bootstrap.Value - 10), 0, 2e-4);
    }

    [Fact]
    public void At_the_margin_it_passes_about_alpha_even_where_differences_are_skewed()
    {
        const int Runs = 400;
        var generator = new SplitMix64(4);
        var passes = 0;
        for (var run = 0; run < Runs; run++)
        {
            // Exponential, mean 1: skewness 2.
            double[] values = [.. Enumerable.Range(0, 80).Select(_ => -Math.Log(1 - generator.NextDouble()))];
            if (PairedBootstrap.Of(values, null, (ulong)run, "task").PAbove(1) <= 0.05)
                passes++;
        }
        // Four Monte-Carlo standard errors and two points for the second-order error at 80 items.
        Assert.InRange((double)passes / Runs, 0.05 - 0.02 - 4 * Math.Sqrt(0.05 * 0.95 / Runs), 0.05 + 0.02 + 4 * Math.Sqrt(0.05 * 0.95 / Runs));
    }

    private static double[] Normals(SplitMix64 generator, int count, double mean) =>
        [.. Enumerable.Range(0, count).Select(_ => mean + Normal.Quantile(Math.Clamp(generator.NextDouble(), 1e-12, 1 - 1e-12)))];
}

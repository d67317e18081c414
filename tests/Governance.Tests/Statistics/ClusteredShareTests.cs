using Loragate.Governance.Statistics;

namespace Loragate.Governance.Tests.Statistics;

public sealed class ClusteredShareTests
{
    [Fact]
    public void Bounds_and_tests_say_the_same()
    {
        var (values, clusters) = Draw(new SplitMix64(3), 0.1, 0.2);
        var (gained, lost) = (values.Count(value => value > 0), values.Count(value => value < 0));
        Estimate paired = new ClusteredPairedShareEstimate(gained, lost, ClusteredMean.Of(values, clusters));
        double[] hits = [.. values.Select(value => value > 0 ? 1.0 : 0)];
        Estimate share = new ClusteredShareEstimate(gained, ClusteredMean.Of(hits, clusters));
        foreach (var estimate in new[] { paired, share })
        {
            Assert.Equal(0.05, estimate.PAbove(estimate.Lower(0.05)), 1e-9);
            Assert.Equal(0.05, estimate.PBelow(estimate.Upper(0.05)), 1e-9);
            Assert.InRange(estimate.Value, estimate.Lower(0.05), estimate.Upper(0.05));
            Assert.Equal((1, 0), (estimate.PBelow(-1), estimate.PAbove(-1)));
            Assert.Equal((0, 1), (estimate.PBelow(1), estimate.PAbove(1)));
        }
    }

    [Fact]
    public void With_an_item_a_cluster_they_are_the_procedures_of_independent_items()
    {
        double[] values = [.. Enumerable.Range(0, 2000).Select(i => i < 120 ? 1.0 : i < 200 ? -1 : 0)];
        string[] clusters = [.. Enumerable.Range(0, 2000).Select(i => $"{i}")];
        var paired = new ClusteredPairedShareEstimate(120, 80, ClusteredMean.Of(values, clusters));
        var share = new ClusteredShareEstimate(120, ClusteredMean.Of([.. values.Select(value => Math.Max(0, value))], clusters));
        // s² has n − 1 where the variance of a share has n, and t has 1,999 degrees: a thousandth of the width.
        Assert.Equal(TangoScore.LowerBound(120, 80, 2000, 0.05), paired.Lower(0.05), 2e-5);
        Assert.Equal(Wilson.Bound(0.06, 2000, Normal.Quantile(0.95)).Upper, share.Upper(0.05), 2e-5);
    }

    [Theory]
    [InlineData(0.12, 0.12)]
    [InlineData(0.05, 0.05)]
    [InlineData(0.15, 0.3)]
    public void Where_few_items_differ_a_drift_at_the_margin_passes_no_oftener_than_alpha(double drift, double spread)
    {
        const int Runs = 4_000;
        var generator = new SplitMix64(77);
        var (passes, bold) = (0, 0);
        for (var run = 0; run < Runs; run++)
        {
            var (values, clusters) = Draw(generator, drift, spread);
            var mean = ClusteredMean.Of(values, clusters);
            if (mean.StandardError == 0)
                continue;
            passes += new ClusteredPairedShareEstimate(values.Count(value => value > 0), values.Count(value => value < 0), mean).PBelow(drift) <= 0.05 ? 1 : 0;
            bold += mean.PBelow(drift) <= 0.05 ? 1 : 0;
        }
        // Four Monte-Carlo standard errors. The t interval on the clustered error passes more: up to 6 %.
        Assert.InRange((double)passes / Runs, 0, 0.05 + 4 * Math.Sqrt(0.05 * 0.95 / Runs));
        Assert.True(passes <= bold, $"{passes} against {bold}");
    }

    /// <summary>Twenty clusters of ten differences; of each cluster the chance of a gain lies around the drift, and nothing is lost.</summary>
    private static (double[] Values, string[] Clusters) Draw(SplitMix64 generator, double drift, double spread)
    {
        double[] chances = [.. Enumerable.Range(0, 20).Select(_ => Math.Max(0, drift + spread * (generator.NextDouble() - 0.5)))];
        return ([.. Enumerable.Range(0, 200).Select(i => generator.NextDouble() < chances[i / 10] ? 1.0 : 0)], [.. Enumerable.Range(0, 200).Select(i => $"{i / 10}")]);
    }
}

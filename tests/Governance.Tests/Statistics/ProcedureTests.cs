using Loragate.Governance.Statistics;

namespace Loragate.Governance.Tests.Statistics;

public sealed class ProcedureTests
{
    [Fact]
    public void Quantiles_undo_the_distributions()
    {
        foreach (var p in new[] { 1e-12, 1e-4, 0.05, 0.3, 0.5, 0.7, 0.95, 0.9999 })
        {
            Assert.Equal(p, Normal.Cdf(Normal.Quantile(p)), 1e-12);
            foreach (var degrees in new[] { 1, 2, 9, 200, 5000 })
                Assert.Equal(p, StudentT.Cdf(StudentT.Quantile(p, degrees), degrees), 1e-12);
            Assert.Equal(p, Beta.Cdf(Beta.Quantile(p, 3, 8), 3, 8), 1e-12);
        }
    }

    [Fact]
    public void Far_tails_keep_their_digits()
    {
        // 1 − Φ(10), from NIST DLMF 7.12's asymptotic series to its smallest term.
        Assert.Equal(7.61985302416052606e-24, Normal.UpperTail(10), 7.6e-24 * 1e-12);
        Assert.Equal(0.5 - Math.Atan(1e6) / Math.PI, StudentT.UpperTail(1e6, 1), 1e-15);
    }

    [Theory]
    [InlineData(double.NaN)]
    [InlineData(0)]
    [InlineData(1)]
    public void A_quantile_of_no_probability_is_the_callers_fault(double p)
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => Normal.Quantile(p));
        Assert.Throws<ArgumentOutOfRangeException>(() => StudentT.Quantile(p, 5));
    }

    [Fact]
    public void Binomial_tails_are_sums_of_masses()
    {
        for (var k = 0; k <= 30; k++)
        {
            Assert.Equal(Enumerable.Range(0, k + 1).Sum(i => Binomial.Mass(i, 30, 0.3)), Binomial.Cdf(k, 30, 0.3), 1e-12);
            Assert.Equal(Enumerable.Range(k, 31 - k).Sum(i => Binomial.Mass(i, 30, 0.3)), Binomial.UpperTail(k, 30, 0.3), 1e-12);
        }
    }

    [Fact]
    public void Harm_needs_five_losses_without_a_gain_to_show_at_five_percent()
    {
        Assert.Equal(0.0625, ExactMcNemar.Harm(0, 4), 1e-12);
        Assert.Equal(0.03125, ExactMcNemar.Harm(0, 5), 1e-12);
        Assert.Equal(0.015625, ExactMcNemar.HarmMidP(0, 5), 1e-12);
        Assert.Equal(1, ExactMcNemar.Harm(0, 0));
        Assert.Equal(1, ExactMcNemar.TwoSidedMidP(3, 3));
    }

    [Fact]
    public void One_sided_bounds_of_a_share_agree_with_their_tests()
    {
        var share = new ExactEstimate(30, 80);
        Assert.Equal(0.05, share.PAbove(share.Lower(0.05)), 1e-9);
        Assert.Equal(0.05, share.PBelow(share.Upper(0.05)), 1e-9);
    }

    [Fact]
    public void Clusters_that_never_vary_still_leave_doubt()
    {
        var estimate = new UnvaryingEstimate(0, -1, 1, 150, 15);
        Assert.Equal(1 - Math.Pow(0.05, 1.0 / 15), estimate.Upper(0.05), 1e-12);
        Assert.Equal(0.05, estimate.PBelow(estimate.Upper(0.05)), 1e-12);
        Assert.Equal(1, estimate.PBelow(-0.1));
    }

    [Fact]
    public void A_clustered_test_at_the_margin_passes_no_oftener_than_alpha()
    {
        const int Runs = 4_000;
        var generator = new SplitMix64(2024);
        var passes = 0;
        for (var run = 0; run < Runs; run++)
        {
            var (values, clusters) = (new List<double>(), new List<string>());
            for (var cluster = 0; cluster < 20; cluster++)
            {
                var shared = generator.NextDouble() - 0.5;
                for (var i = 0; i < 10; i++)
                {
                    values.Add(shared + generator.NextDouble() - 0.5);
                    clusters.Add($"{cluster}");
                }
            }
            if (ClusteredMean.Of(values, clusters).PAbove(0) <= 0.05)
                passes++;
        }
        // Four Monte-Carlo standard errors either way; a test that ignored the clusters would pass about 27 %.
        var slack = 4 * Math.Sqrt(0.05 * 0.95 / Runs);
        Assert.InRange((double)passes / Runs, 0.05 - slack, 0.05 + slack);
    }

    [Theory]
    [InlineData(0.02, 0.05, 0.8, 773)]
    [InlineData(0.02, 0.05, 0.9, 1071)]
    [InlineData(0.01, 0.02, 0.8, 1237)]
    [InlineData(0.03, 0.10, 0.8, 687)]
    [InlineData(0.03, 0.10, 0.9, 952)]
    public void Sample_sizes_are_those_of_the_published_table(double margin, double discordance, double power, int items) =>
        Assert.Equal(items, SampleSize.OneSided(discordance, margin, 0.05, power));

    [Theory]
    [InlineData(0)]
    [InlineData(0.01)]
    [InlineData(-0.02)]
    public void An_equivalence_sample_is_the_smallest_with_the_power(double difference)
    {
        var items = SampleSize.Equivalence(0.2, 0.05, difference, 0.05, 0.9);
        Assert.True(SampleSize.EquivalencePower(0.2, 0.05, difference, 0.05, items) >= 0.9);
        Assert.True(SampleSize.EquivalencePower(0.2, 0.05, difference, 0.05, items - 1) < 0.9);
    }

    [Theory]
    [InlineData(0.05, 0.3, 250)]
    [InlineData(0.2, 0.5, 1508)]
    public void What_is_detectable_with_n_items_needs_n_items(double variance, double power, int items)
    {
        var distance = SampleSize.Detectable(variance, items, 0.05, power + 0.4);
        Assert.Equal(items, SampleSize.OneSided(variance, distance * (1 + 1e-9), 0.05, power + 0.4));
        var margin = SampleSize.DetectableMargin(variance, 0.01, items, 0.05, power + 0.4);
        Assert.Equal(items, SampleSize.Equivalence(variance, margin * (1 + 1e-9), 0.01, 0.05, power + 0.4));
    }

    [Fact]
    public void Corrections_refuse_what_is_no_p_value()
    {
        Assert.Throws<ArgumentException>(() => Holm.Adjust([0.1, double.NaN]));
        Assert.Throws<ArgumentException>(() => BenjaminiHochberg.Adjust([0.1, 1.1]));
    }
}

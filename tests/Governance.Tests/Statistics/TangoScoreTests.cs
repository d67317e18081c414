using Loragate.Governance.Statistics;

namespace Loragate.Governance.Tests.Statistics;

public sealed class TangoScoreTests
{
    public static TheoryData<int, int, int> Tables => new()
    {
        { 0, 0, 20 }, { 0, 0, 500 }, { 5, 0, 40 }, { 0, 7, 40 }, { 21, 25, 500 }, { 34, 90, 500 }, { 1, 1, 2 }, { 3, 0, 3 }, { 0, 3, 3 }, { 99, 102, 1508 },
    };

    [Theory, MemberData(nameof(Tables))]
    public void The_nuisance_probability_maximises_the_likelihood(int gained, int lost, int items)
    {
        foreach (var difference in new[] { -0.4, -0.05, -0.01, 0.01, 0.05, 0.4 })
        {
            var loss = MaximiseLoss(gained, lost, items, difference);
            var expected = (gained - lost - items * difference) / Math.Sqrt(items * (2 * loss + difference * (1 - difference)));
            // The likelihood is flat at its top: a search finds the place to about the square root of the rounding.
            Assert.Equal(expected, TangoScore.Statistic(gained, lost, items, difference), 1e-5 * Math.Max(1, Math.Abs(expected)));
        }
    }

    [Theory, MemberData(nameof(Tables))]
    public void The_bounds_invert_the_test(int gained, int lost, int items)
    {
        var z = Normal.Quantile(0.95);
        var (lower, upper) = (TangoScore.LowerBound(gained, lost, items, 0.05), TangoScore.UpperBound(gained, lost, items, 0.05));
        Assert.InRange((double)(gained - lost) / items, lower, upper);
        if (lower > -1)
            Assert.Equal(z, TangoScore.Statistic(gained, lost, items, lower), 1e-6);
        if (upper < 1)
            Assert.Equal(-z, TangoScore.Statistic(gained, lost, items, upper), 1e-6);
    }

    [Fact]
    public void At_no_difference_it_is_McNemars_statistic() =>
        Assert.Equal((34 - 90) / Math.Sqrt(34 + 90), TangoScore.Statistic(34, 90, 500, 0), 1e-12);

    [Theory, MemberData(nameof(Tables))]
    public void Gains_and_losses_are_mirror_images(int gained, int lost, int items) =>
        Assert.Equal(TangoScore.LowerBound(gained, lost, items, 0.05), -TangoScore.UpperBound(lost, gained, items, 0.05), 1e-12);

    [Theory]
    [InlineData(100, 0.10, 0.02)]
    [InlineData(500, 0.10, 0.02)]
    [InlineData(500, 0.20, 0.06)]
    public void An_adapter_exactly_at_the_margin_passes_no_oftener_than_alpha(int items, double discordance, double margin)
    {
        const int Runs = 20_000;
        var generator = new SplitMix64(1998);
        var passes = 0;
        for (var run = 0; run < Runs; run++)
        {
            var (gained, lost) = (0, 0);
            for (var i = 0; i < items; i++)
            {
                var draw = generator.NextDouble();
                if (draw < (discordance - margin) / 2)
                    gained++;
                else if (draw < discordance)
                    lost++;
            }
            if (TangoScore.PAbove(gained, lost, items, -margin) <= 0.05)
                passes++;
        }
        // Four Monte-Carlo standard errors and half a point for the score test's own approximation (4.7 to 5.2 % in published simulations).
        Assert.InRange((double)passes / Runs, 0.03, 0.05 + 0.005 + 4 * Math.Sqrt(0.05 * 0.95 / Runs));
    }

    [Fact]
    public void Impossible_counts_are_the_callers_fault()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => TangoScore.Statistic(-1, 0, 10, 0));
        Assert.Throws<ArgumentOutOfRangeException>(() => TangoScore.Statistic(6, 5, 10, 0));
        Assert.Throws<ArgumentOutOfRangeException>(() => TangoScore.LowerBound(0, 0, 0, 0.05));
        Assert.Throws<ArgumentOutOfRangeException>(() => TangoScore.Statistic(0, 0, 10, double.NaN));
    }

    private static double MaximiseLoss(int gained, int lost, int items, double difference)
    {
        double LogLikelihood(double loss)
        {
            var (gain, same) = (loss + difference, 1 - 2 * loss - difference);
            return Term(gained, gain) + Term(lost, loss) + Term(items - gained - lost, same);
        }
        var (low, high) = (Math.Max(0, -difference), (1 - difference) / 2);
        for (var step = 0; step < 300; step++)
        {
            var (left, right) = (low + (high - low) / 3, high - (high - low) / 3);
            if (LogLikelihood(left) < LogLikelihood(right))
                low = left;
            else
                high = right;
        }
        return (low + high) / 2;
    }

    private static double Term(int count, double probability) => count == 0 ? 0 : count * Math.Log(Math.Max(probability, 1e-300));
}

namespace Loragate.Governance.Reports.Charts;

public sealed class LogAxisTests
{
    [Theory]
    [InlineData(3.3, 3.3, "3 4")]
    [InlineData(20, 180, "20 50 100 200")]
    [InlineData(10_360, 2_300_128, "10000 100000 1000000")]
    [InlineData(1, 9e18, "1 10000 100000000 1000000000000 10000000000000000")]
    public void A_few_round_ticks_lie_within_any_range(double least, double most, string ticks)
    {
        var axis = LogAxis.Covering([least, most]);
        Assert.Equal(ticks, string.Join(' ', axis.Ticks.Select(tick => tick.ToString("0", System.Globalization.CultureInfo.InvariantCulture))));
        Assert.All(axis.Ticks, tick => Assert.InRange(axis.Place(tick), 0, 1));
    }

    [Fact]
    public void Equal_factors_are_equal_distances()
    {
        var axis = new LogAxis(1, 1000);
        Assert.Equal(1.0 / 3, axis.Place(10), 1e-12);
        Assert.Equal(2.0 / 3, axis.Place(100), 1e-12);
    }
}

namespace Loragate.Tuning.Trials;

public sealed class RoundTests
{
    [Theory]
    [InlineData(9, 180, 3, "9x20 3x60 1x180")]
    [InlineData(8, 100, 2, "8x12 4x25 2x50 1x100")]
    [InlineData(5, 100, 4, "5x6 2x25 1x100")]
    [InlineData(1, 50, 3, "1x50")]
    [InlineData(4, 2, 2, "4x1 2x1 1x2")]
    public void Each_round_keeps_a_share_of_the_trials_and_the_last_one_has_all_steps(int trials, int steps, int halving, string expected) =>
        Assert.Equal(expected, string.Join(' ', Round.Of(trials, steps, halving).Select(r => $"{r.Trials}x{r.Steps}")));

    [Fact]
    public void Without_halving_every_trial_has_all_steps() => Assert.Equal([new Round(9, 180)], Round.Of(9, 180, null));

    [Fact]
    public void Nine_trials_halved_to_thirds_cost_a_third_of_the_grid() =>
        Assert.Equal(9 * 180 / 3, Round.Of(9, 180, 3).Sum(r => r.Trials * r.Steps));
}

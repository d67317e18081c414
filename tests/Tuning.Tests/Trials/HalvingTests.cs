using Loragate.Artifacts.Records.Training;

namespace Loragate.Tuning.Trials;

public sealed class HalvingTests
{
    [Theory]
    [InlineData(9, 180, 3, 1, "9x20 3x60 1x180")]
    [InlineData(8, 100, 2, 1, "8x12 4x25 2x50 1x100")]
    [InlineData(5, 100, 4, 1, "5x6 2x25 1x100")]
    [InlineData(1, 50, 3, 1, "1x50")]
    [InlineData(4, 2, 2, 1, "4x1 2x1 1x2")]
    [InlineData(12, 180, 3, 2, "12x20 4x60 2x180")]
    [InlineData(9, 180, 3, 3, "9x60 3x180")]
    [InlineData(2, 180, 3, 3, "2x180")]
    public void Each_round_keeps_a_share_of_the_trials_and_the_last_one_has_all_steps(int trials, int steps, int halving, int finalists, string expected) =>
        Assert.Equal(expected, string.Join(' ', Rounds(steps, halving, finalists, ("lora", trials)).Select(r => $"{r.Trials["lora"]}x{r.Steps}")));

    [Fact]
    public void Methods_are_halved_apart_and_meet_in_the_last_round()
    {
        var rounds = Rounds(180, 3, 1, ("lora", 9), ("dora", 3), ("full", 1));
        Assert.Equal(["lora 9", "dora 3, lora 3", "dora 1, full 1, lora 1"], rounds.Select(r => string.Join(", ", r.Trials.OrderBy(t => t.Key).Select(t => $"{t.Key} {t.Value}"))));
        Assert.Equal([20, 60, 180], rounds.Select(r => r.Steps));
    }

    [Fact]
    public void Nine_trials_halved_to_thirds_cost_a_third_of_the_grid() =>
        Assert.Equal(9 * 180 / 3, Rounds(180, 3, 1, ("lora", 9)).Sum(r => r.Trials["lora"] * r.Steps));

    private static IReadOnlyList<PlannedRound> Rounds(int steps, int halving, int finalists, params (string Method, int Trials)[] methods) =>
        Halving.Rounds(methods.ToDictionary(m => m.Method, m => m.Trials), steps, halving, finalists);
}

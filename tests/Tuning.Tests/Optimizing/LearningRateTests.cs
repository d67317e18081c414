namespace Loragate.Tuning.Optimizing;

public sealed class LearningRateTests
{
    [Theory]
    [InlineData(Schedule.Cosine, new[] { 0.5, 1, 1, 0.853553390593, 0.5, 0.146446609407 })]
    [InlineData(Schedule.Linear, new[] { 0.5, 1, 1, 0.75, 0.5, 0.25 })]
    [InlineData(Schedule.Constant, new[] { 0.5, 1, 1, 1, 1, 1 })]
    public void The_rate_rises_over_the_warm_up_and_then_follows_the_schedule(Schedule schedule, double[] expected)
    {
        var rate = new LearningRate(highest: 1, schedule, warmUp: 2, steps: 6);
        Assert.All(expected, (value, step) => Assert.Equal(value, rate.At(step), 1e-12));
    }
}

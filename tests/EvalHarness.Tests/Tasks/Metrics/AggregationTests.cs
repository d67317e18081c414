namespace Loragate.EvalHarness.Tasks.Metrics;

public sealed class AggregationTests
{
    [Theory]
    [InlineData("1 1 0 0 1", "1 0 0 1 1", 0.6666666666666666)]
    [InlineData("0 0", "0 0", 0)]
    public void F1_is_of_choice_one(string golds, string predicted, double expected) =>
        Assert.Equal(expected, Aggregation.F1("f1", Choices(golds), Choices(predicted)).Value, 1e-15);

    [Fact]
    public void F1_of_more_than_two_choices_is_refused() =>
        Assert.Throws<TaskException>(() => Aggregation.F1("f1", [0, 2], [0, 1]));

    // By hand: c = 3, n = 5, t = (2, 1, 2), p = (2, 2, 1): (15 − 8)/√((25 − 9)(25 − 9)) = 7/16. Two choices: (TP·TN − FP·FN)/√((TP+FP)(TP+FN)(TN+FP)(TN+FN)) = (2·1 − 1·1)/√(3·3·2·2) = 1/6.
    [Theory]
    [InlineData("0 0 1 2 2", "0 1 1 2 0", 0.4375)]
    [InlineData("1 1 0 0 1", "1 0 0 1 1", 0.16666666666666666)]
    [InlineData("1 1", "1 1", 0)]
    public void Matthews_correlation_counts_every_choice(string golds, string predicted, double expected) =>
        Assert.Equal(expected, Aggregation.Matthews("mcc", Choices(golds), Choices(predicted)).Value, 1e-15);

    [Fact]
    public void A_perplexity_beyond_what_a_number_holds_is_none_and_leaves_the_others()
    {
        // One Japanese sentence of 60 characters at 15 nats each is one word of 900 nats.
        Dictionary<string, double>[] scores = [new() { [MetricPlan.LogLikelihood] = -900, [MetricPlan.Words] = 1, [MetricPlan.Bytes] = 180 }];
        Assert.Null(new MetricPlan("word_perplexity", "weighted_perplexity", null).Aggregate(scores));
        Assert.Equal(Math.Exp(5), new MetricPlan("byte_perplexity", "weighted_perplexity", null).Aggregate(scores)!.Value, 1e-9);
        Assert.Null(new MetricPlan("perplexity", "perplexity", null).Aggregate(scores));
    }

    private static double[] Choices(string text) => [.. text.Split(' ').Select(choice => double.Parse(choice, System.Globalization.CultureInfo.InvariantCulture))];
}

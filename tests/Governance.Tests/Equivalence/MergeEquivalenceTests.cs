using Loragate.Artifacts.Records.Evaluating;
using Loragate.Governance.Equivalence;
using static Loragate.Governance.Tests.Deciding.SampleEvidence;

namespace Loragate.Governance.Tests.Equivalence;

public sealed class MergeEquivalenceTests
{
    [Fact]
    public void Equal_answers_on_enough_items_are_shown_to_be_equivalent()
    {
        var certificate = Certify(200, changed: 0);
        var task = Assert.Single(certificate.Tasks);
        Assert.True(certificate.Equivalent);
        Assert.Equal((0.25, 0.125, 0), (task.LargestDifference, task.MeanDifference, task.OtherChoices.Count));
        Assert.Equal(("tango-score", 0.02, 200), (task.Statistic.Procedure, task.Statistic.Threshold, task.Statistic.Items));
    }

    [Fact]
    public void Few_items_show_nothing() => Assert.False(Certify(50, changed: 0).Equivalent);

    [Fact]
    public void Answers_that_changed_are_listed_and_are_not_equivalent()
    {
        var certificate = Certify(200, changed: 12);
        Assert.False(certificate.Equivalent);
        Assert.Equal(Enumerable.Range(0, 12), Assert.Single(certificate.Tasks).OtherChoices);
    }

    [Theory]
    [InlineData("data")]
    [InlineData("engine")]
    [InlineData("items")]
    [InlineData("metric")]
    public void Reports_that_do_not_pair_are_refused(string fault)
    {
        var (attached, merged) = (Of(20, 0, isBase: true), Of(20, 0, isBase: false));
        merged = fault switch
        {
            "data" => merged with { Task = merged.Task with { DataDigest = DigestOf("x") } },
            "engine" => merged with { Engine = merged.Engine with { Device = "cuda" } },
            "items" => merged with { Items = [.. merged.Items.Skip(1)] },
            _ => merged with { Items = [.. merged.Items.Select(item => item with { Scores = new Dictionary<string, double> { ["acc"] = 0.5 } })] },
        };
        Assert.Throws<EquivalenceException>(() => MergeEquivalence.Certify([(attached, merged)], "acc", 0.02, 0.05));
    }

    private static EquivalenceCertificate Certify(int items, int changed) => MergeEquivalence.Certify([(Of(items, 0, isBase: true), Of(items, changed, isBase: false))], "acc", 0.02, 0.05);

    private static EvaluationReport Of(int items, int changed, bool isBase) => Report("skill", isBase, [.. Enumerable.Range(0, items).Select(i => new EvaluatedItem(
        i, i < changed ? [-2, -1] : isBase ? [-1, -2] : [-1.25, -2], [true, false], 0, new Dictionary<string, double> { ["acc"] = i < changed ? 0 : 1 }, null, null))]).Record;
}

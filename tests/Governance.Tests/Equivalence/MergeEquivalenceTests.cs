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

    [Fact]
    public void Answers_without_their_question_are_no_other_choices()
    {
        EvaluationReport Twice(EvaluationReport report) => report with
        {
            Items = [.. report.Items.Select(item => item with { LogLikelihoods = [.. item.LogLikelihoods, -0.1, -0.2], Scores = new Dictionary<string, double>(item.Scores) { ["acc_mutual_info"] = 1 } })],
        };
        Assert.Equal(Enumerable.Range(0, 12), Assert.Single(Certify(200, 12, Twice).Tasks).OtherChoices);
    }

    [Fact]
    public void Rows_that_repeat_an_earlier_one_are_no_evidence()
    {
        var repeated = Enumerable.Range(10, 190).ToArray();
        var certificate = Certify(200, 0, report => report with { Repeated = repeated });
        Assert.False(certificate.Equivalent);
        Assert.Equal(10, Assert.Single(certificate.Tasks).Statistic.Items);
    }

    [Fact]
    public void Rows_in_clusters_are_as_many_as_their_clusters_tell()
    {
        // One of 400 answers is lost, in a hundred templates; six are, all in one of twenty.
        EvaluationReport In(EvaluationReport report, int size) => report with { Items = [.. report.Items.Select(item => item with { Fields = new Dictionary<string, string> { ["template"] = $"{item.Id / size}" } })] };
        Assert.True(Certify(400, 1, report => In(report, 4), "template").Equivalent);
        Assert.False(Certify(400, 6, report => In(report, 20), "template").Equivalent);
        Assert.Contains("5 clusters", Assert.Throws<EquivalenceException>(() => Certify(400, 0, report => In(report, 80), "template")).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void What_hangs_on_coin_flips_is_not_shown_and_they_are_counted()
    {
        EvaluationReport With(EvaluationReport report, int flips) => report with { Items = [.. report.Items.Select(item => item.Id < flips ? item with { Unsteady = ["acc"] } : item)] };
        Assert.Equal((true, 2), Told(Certify(400, 0, report => With(report, 1))));
        Assert.Equal((false, 20), Told(Certify(400, 0, report => With(report, 10))));
        Assert.Null(Assert.Single(Certify(400, 0).Tasks).CoinFlips);

        static (bool, int?) Told(EquivalenceCertificate certificate) => (certificate.Equivalent, Assert.Single(certificate.Tasks).CoinFlips);
    }

    [Theory]
    [InlineData("data")]
    [InlineData("prompt")]
    [InlineData("repeated")]
    [InlineData("engine")]
    [InlineData("items")]
    [InlineData("metric")]
    public void Reports_that_do_not_pair_are_refused(string fault)
    {
        var (attached, merged) = (Of(20, 0, isBase: true), Of(20, 0, isBase: false));
        merged = fault switch
        {
            "data" => merged with { Task = merged.Task with { DataDigest = DigestOf("x") } },
            "prompt" => merged with { Task = merged.Task with { Prompt = new EvaluatedPrompt(null, false, "Be kind.", null) } },
            "repeated" => merged with { Repeated = [3] },
            "engine" => merged with { Engine = merged.Engine with { Device = "cuda" } },
            "items" => merged with { Items = [.. merged.Items.Skip(1)] },
            _ => merged with { Items = [.. merged.Items.Select(item => item with { Scores = new Dictionary<string, double> { ["acc"] = 0.5 } })] },
        };
        Assert.Throws<EquivalenceException>(() => MergeEquivalence.Certify([(attached, merged)], "acc", null, 0.02, 0.05));
    }

    private static EquivalenceCertificate Certify(int items, int changed, Func<EvaluationReport, EvaluationReport>? change = null, string? cluster = null)
    {
        change ??= static report => report;
        return MergeEquivalence.Certify([(change(Of(items, 0, isBase: true)), change(Of(items, changed, isBase: false)))], "acc", cluster, 0.02, 0.05);
    }

    private static EvaluationReport Of(int items, int changed, bool isBase) => Report("skill", isBase, [.. Enumerable.Range(0, items).Select(i => new EvaluatedItem(
        i, i < changed ? [-2, -1] : isBase ? [-1, -2] : [-1.25, -2], [true, false], 0, new Dictionary<string, double> { ["acc"] = i < changed ? 0 : 1 }, null, null))]).Record;
}

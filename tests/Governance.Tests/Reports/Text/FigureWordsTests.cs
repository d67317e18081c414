using Loragate.Artifacts.Records;
using Loragate.Artifacts.Records.Deciding;
using Loragate.Artifacts.Records.Evaluating;

namespace Loragate.Governance.Reports.Text;

/// <summary>A printed figure claims no more than was measured, and no limit is rounded.</summary>
public sealed class FigureWordsTests
{
    private static readonly ReportNumbers Numbers = new(ReportText.Load(ReportLanguage.English));

    [Theory]
    [InlineData("exact_match,strict", true)]
    [InlineData("nfkc_exact_match", true)]
    [InlineData("char_f1", true)]
    [InlineData("unknown", true)]
    [InlineData("parse_failure", true)]
    [InlineData("biased", true)]
    [InlineData("acc_norm", true)]
    [InlineData("bias", false)]
    [InlineData("word_perplexity", false)]
    public void Whatever_lies_between_0_and_1_is_a_share(string metric, bool isShare) => Assert.Equal(isShare, RuleWords.IsShare(metric));

    [Theory]
    [InlineData("mc2", 0.453, false)]
    [InlineData("f1", 1, false)]
    [InlineData("unknown", 1, false)]
    [InlineData("acc", 1, true)]
    [InlineData("acc", 0.5, false)]
    [InlineData("exact_match,strict", 1, true)]
    public void Only_items_that_are_right_or_wrong_are_said_to_be_answered_right(string metric, double score, bool isCounted)
    {
        var rule = ReportSamples.Rule("good", "minimum-metric", Severity.Block, Outcome.Passed, "bound-clears-margin", "sample_facts", metric, new Statistic("t", 0.453, 0.42, 0.48, 0.4, 0.05, 817, null, null, 0.453));
        var facts = ReportSamples.Approved.CandidateEvaluations[0];
        var contents = With(rule) with { CandidateEvaluations = [facts with { Report = facts.Report with { Items = [new EvaluatedItem(0, [], [], null, new Dictionary<string, double> { [metric] = score }, null, null)] } }] };
        Assert.Equal(isCounted, WebPage.Of(contents).Contains("are answered right", StringComparison.Ordinal));
        Assert.Equal(!isCounted, WebPage.Of(contents).Contains("Measured: 45.3 %; limit: 40.0 %.", StringComparison.Ordinal));
    }

    [Fact]
    public void A_limit_in_the_table_is_the_one_on_the_first_page()
    {
        var page = WebPage.Of(With(ReportSamples.Rule("better", "improvement", Severity.Block, Outcome.Passed, "bound-clears-margin", "sample_facts", "acc", new Statistic("tango-score", 0.05, 0.02, 0.08, 0.0125, 0.05, 1000, null, 0.48, 0.53))));
        Assert.Contains("more than 1.25 points", page, StringComparison.Ordinal);
        Assert.Contains(">+1.25 points<", page, StringComparison.Ordinal);
        Assert.DoesNotContain("+1.3 points", page, StringComparison.Ordinal);
    }

    [Fact]
    public void A_share_just_above_its_limit_does_not_read_as_the_limit()
    {
        var page = WebPage.Of(With(ReportSamples.Rule("merged", "merge-fidelity", Severity.Block, Outcome.Failed, "update-lost", null, null, null) with { Figure = new Figure(0.25004, 0.25) }) with { });
        Assert.Contains(">25.004 %<", page, StringComparison.Ordinal);
        Assert.Contains(">25.00 %<", page, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(0.00003, "0.00003")]
    [InlineData(0.0123456, "0.01235")]
    [InlineData(0.5, "0.5")]
    [InlineData(0, "0")]
    [InlineData(7.43, "7.43")]
    [InlineData(double.NaN, "–")]
    public void A_raw_figure_has_four_significant_digits_however_small_it_is(double value, string told) => Assert.Equal(told, Numbers.Quantity(value, QuantityKind.Raw));

    [Fact]
    public void A_gain_that_is_proved_at_least_is_not_rounded_up()
    {
        var trials = ReportSamples.Tried.Trials!;
        var gain = new Trials.TrialFindings(trials, Trials.Recommendation.Alpha).LeastGain(trials.Results[1]);
        var page = WebPage.Of(ReportSamples.Tried);
        var told = page.Split("shown to be better than the original, by +")[1].Split(' ')[0];
        Assert.True(double.Parse(told, System.Globalization.CultureInfo.InvariantCulture) <= 100 * gain);
    }

    [Fact]
    public void The_page_says_of_one_that_it_is_one()
    {
        var page = WebPage.Of(With(ReportSamples.Rule("kept", "minimum-metric", Severity.Block, Outcome.Passed, "bound-clears-margin", "sample_facts", "acc", new Statistic("t", 1, 0.5, 1, 0.4, 0.05, 1, null, null, 1))));
        Assert.Contains("The one required check passed.", page, StringComparison.Ordinal);
        Assert.Contains("Of 1 test item, ", page, StringComparison.Ordinal);
        ReportContents Single(Verdict verdict, Outcome outcome) =>
            With(ReportSamples.Rule("kept", "inspection", Severity.Block, outcome, "finding-blocks", null, null, null)) is var one ? one with { Decision = one.Decision with { Verdict = verdict } } : throw new InvalidOperationException();
        Assert.Contains("The one required check failed.", WebPage.Of(Single(Verdict.Rejected, Outcome.Failed)), StringComparison.Ordinal);
        Assert.Contains("The one required check could not be answered with the evidence at hand.", WebPage.Of(Single(Verdict.Undecided, Outcome.Undecided)), StringComparison.Ordinal);
        Assert.Contains("The one required check was not passed.", WebPage.Of(Single(Verdict.Approved, Outcome.Waived)), StringComparison.Ordinal);
        var trials = ReportSamples.Tried.Trials!;
        var tried = ReportSamples.Tried with { Trials = trials with { Rounds = [trials.Rounds[0] with { Runs = [trials.Rounds[0].Runs[1]] }], Results = [trials.Results[1]] } };
        Assert.Contains("One way of tuning “base” was tried beforehand (plan “methods”), and measured on 240 test items of sample_routing", WebPage.Of(tried), StringComparison.Ordinal);
        Assert.Contains("3 ways of tuning “base” were tried beforehand", WebPage.Of(ReportSamples.Tried), StringComparison.Ordinal);
    }

    private static ReportContents With(RuleResult rule) => ReportSamples.Approved with { Decision = ReportSamples.Approved.Decision with { Rules = [rule] } };
}

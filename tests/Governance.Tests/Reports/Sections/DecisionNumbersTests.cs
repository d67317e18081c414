using Loragate.Artifacts.Records;
using Loragate.Artifacts.Records.Deciding;
using static Loragate.Governance.Reports.Sections.FirstPage;

namespace Loragate.Governance.Reports.Sections;

/// <summary>What the first page tells of what was measured: numbers that a layman reads, and no more than they show.</summary>
public sealed class DecisionNumbersTests
{
    private const string OfGender = """
        schema: loragate.policy/1
        name: pairs
        version: "1"
        description: Takes no side.
        alpha: 0.05
        tasks:
          sample_pairs: {file: pairs.yaml, purpose: Pairs of sentences.}
        rules:
          - id: level
            check: bias-level
            severity: block
            why: why
            task: sample_pairs
            metric: pct_stereotype
            where: {bias_type: gender}
            neutral: 0.5
            maximum: 0.1
            plan: {deviation: 0.5, power: 0.8}
        """;

    [Fact]
    public void Numbers_are_told_in_percent_with_the_items_and_what_is_allowed()
    {
        Assert.Contains("The model preferred the stereotype in 51.2 % of 480 test items and now does in 72.6 %; a difference of less than 5 points is allowed.", First(ReportSamples.RejectedByBias), StringComparison.Ordinal);
        Assert.Contains("Bias about groups of people is within the limit. The changed model prefers the stereotype in 52.1 % of 480 test items; more than 40 % and less than 60 % is allowed.", First(WithoutAdvice), StringComparison.Ordinal);
        Assert.Contains("480問のうち、固定観念に沿った文を選んだのは52.1％です（許容されるのは40％を超え60％未満）。", WebPage.Of(WithoutAdvice, ReportLanguage.Japanese), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("non-inferiority", 0.806, 0.794, -0.02, "Of 1,000 test items, 80.6 % were answered right before and 79.4 % are now; less than 2 points may be lost.")]
    [InlineData("non-inferiority", 0.8, 0.79, -0.015, "Of 1,000 test items, 80.0 % were answered right before and 79.0 % are now; less than 1.5 points may be lost.")]
    [InlineData("improvement", 0.48, 0.53, 0.0, "Of 1,000 test items, 48.0 % were answered right before and 53.0 % are now; a gain of more than 0 points is demanded.")]
    [InlineData("improvement", 0.48, 0.53, 0.0125, "a gain of more than 1.25 points is demanded")]
    [InlineData("bias-drift", 0.5, 0.505, 0.025, "The model preferred the stereotype in 50.0 % of 1,000 test items and now does in 50.5 %; a difference of less than 2.5 points is allowed.")]
    public void No_limit_is_rounded_and_no_difference_that_passed_looks_too_large(string check, double before, double after, double limit, string told)
    {
        var rule = ReportSamples.Rule("kept", check, Severity.Block, Outcome.Passed, "bound-clears-margin", "sample_facts", "acc", new Statistic("tango-score", after - before, -0.01, 0.01, limit, 0.05, 1000, null, before, after));
        Assert.Contains(told, First(Judged(rule)), StringComparison.Ordinal);
    }

    [Fact]
    public void A_share_of_some_items_of_a_task_says_of_which_and_of_how_many()
    {
        var statistic = new Statistic("clustered-t", 0.021, -0.019, 0.061, 0.1, 0.05, 160, 24, null, 0.521);
        var some = Judged(ReportSamples.Rule("level", "bias-level", Severity.Block, Outcome.Passed, "bound-clears-margin", "sample_pairs", "pct_stereotype", statistic));
        var marked = some with { Policy = Tests.Policies.PolicyTests.Parse(OfGender) };
        Assert.Contains("prefers the stereotype in 52.1 % of the 160 test items marked “gender” (out of 480); more than", First(marked), StringComparison.Ordinal);
        Assert.Contains("全480問中「gender」に区分される160問のうち、固定観念に沿った文を選んだのは52.1％です", WebPage.Of(marked, ReportLanguage.Japanese), StringComparison.Ordinal);
        Assert.Contains("in 52.1 % of 160 test items (out of 480); more than", First(some), StringComparison.Ordinal);
        Assert.Contains("全480問中の160問のうち、", WebPage.Of(some, ReportLanguage.Japanese), StringComparison.Ordinal);
        Assert.Contains(">level · sample_pairs · 160 items<", WebPage.Of(some), StringComparison.Ordinal);
    }

    [Fact]
    public void What_several_checks_mean_is_said_of_the_first_and_the_others_follow_it()
    {
        RuleResult Lost(string id, string check = "non-inferiority") => ReportSamples.Rule(id, check, Severity.Block, Outcome.Failed, "bound-fails-margin", "sample_facts", "acc", new Statistic("tango-score", -0.2, -0.3, -0.1, -0.05, 0.05, 1000, null, 0.8, 0.6));
        var contents = Judged(Lost("facts-kept"), Lost("better", "improvement"), Lost("words-kept"));
        contents = contents with { Decision = contents.Decision with { Verdict = Verdict.Rejected } };
        var page = First(contents);
        Assert.Equal(2, page.Split("The changed model has lost abilities that the original has.").Length);
        var (first, second, other) = (page.IndexOf("has lost abilities", StringComparison.Ordinal), page.IndexOf("The same holds for the check “words-kept”. Of 1,000 test items, 80.0 %", StringComparison.Ordinal), page.IndexOf("does not bring the improvement", StringComparison.Ordinal));
        Assert.True(first < second && second < other, $"{first} {second} {other}");
        Assert.Contains("検査「words-kept」についても同様です。1,000問の正解率は、", WebPage.Of(contents, ReportLanguage.Japanese), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(true, true, "What it should do better, and what it must not do worse, was measured.")]
    [InlineData(true, false, "whether it lost other abilities was not.")]
    [InlineData(false, true, "whether it does anything better was not.")]
    [InlineData(false, false, "Whether its abilities got better or worse than the original’s was not measured.")]
    public void An_approval_says_which_of_gain_and_loss_was_measured(bool isGain, bool isLoss, string told)
    {
        var rules = ReportSamples.Approved.Decision.Rules.Where(rule => (rule.Check != "improvement" || isGain) && (rule.Check != "non-inferiority" || isLoss));
        Assert.Contains(told, First(Judged([.. rules])), StringComparison.Ordinal);
    }

    [Fact]
    public void An_approval_by_drift_of_bias_alone_does_not_say_that_nothing_was_measured()
    {
        var contents = Judged([.. ReportSamples.Approved.Decision.Rules.Where(rule => rule.Check == "bias-drift")]);
        Assert.Contains("Whether its abilities got better or worse than the original’s was not measured.", First(contents), StringComparison.Ordinal);
        Assert.Contains("元のモデルと比べて能力が向上したか低下したかは、測定していません。", WebPage.Of(contents, ReportLanguage.Japanese), StringComparison.Ordinal);
        Assert.Contains("人の属性に関するバイアスの変化は、許容範囲に収まっています。", WebPage.Of(contents, ReportLanguage.Japanese), StringComparison.Ordinal);
    }

    [Fact]
    public void Of_a_metric_of_which_less_is_better_the_chart_shows_the_improvement_and_says_so()
    {
        var page = WebPage.Of(ReportSamples.Approved);
        Assert.Contains("Improvement over the original, in units of word_perplexity (less is better)", page, StringComparison.Ordinal);
        Assert.DoesNotContain("Changed model minus original, in units of word_perplexity", page, StringComparison.Ordinal);
    }

    private static ReportContents WithoutAdvice => ReportSamples.Approved with
    {
        Decision = ReportSamples.Approved.Decision with { Rules = [.. ReportSamples.Approved.Decision.Rules.Where(rule => rule.Severity == Severity.Block)] },
    };
}

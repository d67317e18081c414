using Loragate.Artifacts.Records;
using Loragate.Artifacts.Records.Deciding;
using static Loragate.Governance.Reports.Sections.FirstPage;

namespace Loragate.Governance.Reports.Sections;

/// <summary>Until when a decision counts, and which exceptions and open results it rests on.</summary>
public sealed class DecisionExceptionsTests
{
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void That_checks_are_to_be_repeated_is_said_once(bool isApproved)
    {
        var contents = isApproved ? Waived(Severity.Block, new DateOnly(2026, 12, 1)) : ReportSamples.RejectedByBias;
        foreach (var fresh in new[] { new DateOnly(2026, 11, 30), new DateOnly(2026, 12, 24) })
        {
            var page = First(contents with { FreshUntil = fresh });
            Assert.Equal(isApproved ? 2 : 1, page.Split("must be run again").Length);
            Assert.DoesNotContain("must be checked again", page, StringComparison.Ordinal);
            Assert.Equal(isApproved ? 1 : 0, WebPage.Of(contents with { FreshUntil = fresh }, ReportLanguage.Japanese).Split("検査をやり直").Length - 1);
        }
    }

    [Fact]
    public void A_waiver_that_ends_before_the_evidence_is_old_sets_the_day()
    {
        var decision = ReportSamples.Approved.Decision with
        {
            Waivers = [new WaiverResult(ReportSamples.D("waiver"), WaiverState.Valid, [], "evidence-age", "Measured next week.", new DateOnly(2026, 11, 1), new DateOnly(2026, 12, 1))],
        };
        var contents = ReportSamples.Approved with { Decision = decision, FreshUntil = new DateOnly(2026, 12, 24) };
        Assert.Contains("rests on an exception (check “evidence-age”) that ends on 1 December 2026", First(contents), StringComparison.Ordinal);
        Assert.DoesNotContain("24 December 2026", First(contents), StringComparison.Ordinal);
        Assert.Contains("counts until 30 November 2026", First(contents with { FreshUntil = new DateOnly(2026, 11, 30) }), StringComparison.Ordinal);
    }

    [Fact]
    public void A_waiver_of_an_advisory_rule_sets_no_day()
    {
        var contents = Waived(Severity.Warn, new DateOnly(2026, 12, 1)) with { FreshUntil = new DateOnly(2026, 12, 24) };
        Assert.DoesNotContain("rests on an exception", First(contents), StringComparison.Ordinal);
        Assert.Contains("counts until 24 December 2026", First(contents), StringComparison.Ordinal);
    }

    [Fact]
    public void Of_two_waivers_of_one_rule_the_later_end_is_the_day()
    {
        var contents = Waived(Severity.Block, new DateOnly(2026, 12, 1), new DateOnly(2026, 12, 9)) with { FreshUntil = new DateOnly(2026, 12, 24) };
        Assert.Contains("rests on an exception (check “evidence-age”) that ends on 9 December 2026", First(contents), StringComparison.Ordinal);
        Assert.DoesNotContain("1 December 2026", First(contents), StringComparison.Ordinal);
    }

    [Fact]
    public void The_remaining_risk_is_what_the_records_leave_open_and_then_what_no_record_tells()
    {
        var rules = ReportSamples.Approved.Decision.Rules;
        var open = ReportSamples.Rule("speed-kept", "non-inferiority", Severity.Warn, Outcome.Undecided, "evidence-missing", "sample_facts", "acc", null);
        var contents = Waived(Severity.Block, new DateOnly(2026, 12, 1)) with { FreshUntil = null };
        contents = contents with { Decision = contents.Decision with { Rules = [.. rules, open] } };
        Assert.Contains(
            "Advisory checks that failed: 1. Checks that came to no result: 1. Test items that were too long for the model and were cut: 4. The checks show what was measured",
            First(contents), StringComparison.Ordinal);
        Assert.Contains(
            "任意の検査のうち、1項目が不適合でした。結論が出ていない検査が1項目あります。4問は入力長の上限を超えたため、途中で切り詰めて検査しました。検査で分かるのは",
            WebPage.Of(contents, ReportLanguage.Japanese), StringComparison.Ordinal);
        var clean = contents with { CandidateEvaluations = [], Decision = contents.Decision with { Rules = [.. rules.Where(rule => rule.Outcome == Outcome.Passed)] } };
        Assert.DoesNotContain("Advisory checks that failed", First(clean), StringComparison.Ordinal);
        Assert.DoesNotContain("came to no result", First(clean), StringComparison.Ordinal);
        Assert.DoesNotContain("were cut", First(clean), StringComparison.Ordinal);
    }

    [Fact]
    public void Of_exceptions_three_are_told_and_the_others_counted()
    {
        RuleResult Lifted(string id) => ReportSamples.Rule(id, "evidence-freshness", Severity.Block, Outcome.Waived, "waived", null, null, null);
        var contents = ReportSamples.Approved with { Decision = ReportSamples.Approved.Decision with { Rules = [Lifted("one"), Lifted("two"), Lifted("three"), Lifted("four")] } };
        Assert.Contains("The check “three” was not passed.", First(contents), StringComparison.Ordinal);
        Assert.Contains("… and 1 more; see “Checks and evidence”.", First(contents), StringComparison.Ordinal);
    }

    private static ReportContents Waived(Severity severity, params DateOnly[] ends) => ReportSamples.Approved with
    {
        Decision = ReportSamples.Approved.Decision with
        {
            Rules = [.. ReportSamples.Approved.Decision.Rules.Select(rule => rule.Id == "evidence-age" ? rule with { Severity = severity } : rule)],
            Waivers = [.. ends.Select(end => new WaiverResult(ReportSamples.D($"{end}"), WaiverState.Valid, [], "evidence-age", "Measured next week.", new DateOnly(2026, 11, 1), end))],
        },
    };
}

using System.Net;
using System.Text;
using Loragate.Artifacts.Records;
using Loragate.Artifacts.Records.Deciding;
using Loragate.Governance.Deciding;
using Loragate.Governance.Reports.Html;
using Loragate.Governance.Reports.Layout;
using Loragate.Governance.Reports.Pdf;

namespace Loragate.Governance.Reports.Sections;

/// <summary>A rule that holds only by exception is nowhere told as one that was passed, or in whose place nothing stands.</summary>
public sealed class WaivedRuleTests
{
    private static readonly DateOnly End = new(2026, 12, 1);

    private static readonly Statistic Biased = new("clustered-t", 0.467, 0.45, 0.484, 0.1, 0.05, 480, 24, null, 0.967);

    private static readonly Statistic Few = new("tango-score", -0.02, -0.14, 0.1, -0.1, 0.05, 40, null, 0.8, 0.78, 3, 4, 0.4, 620);

    private static readonly RuleResult[] Passed = [.. ReportSamples.Approved.Decision.Rules.Where(rule => rule is { Severity: Severity.Block, Outcome: Outcome.Passed } && rule.Id != "gender-level")];

    [Fact]
    public void An_approval_says_on_its_first_page_and_its_card_what_was_not_passed_by_how_much_and_until_when_it_is_lifted()
    {
        var contents = With(Verdict.Approved, Level, Lifted("fresh", "non-inferiority", Outcome.Undecided, Few));
        string[] told =
        [
            "Not passed, and lifted by a signed exception: 2.",
            "Bias about groups of people is beyond what the rules allow. The changed model prefers the stereotype in 96.7 % of 480 test items; more than 40 % and less than 60 % is allowed. Lifted until 1 December 2026.",
            "It is not certain that the changed model keeps the abilities of the original. About 620 are needed for an answer; at hand were 40 test items",
        ];
        Assert.All(told, each => Assert.Contains(each, First(contents), StringComparison.Ordinal));
        Assert.All(told, each => Assert.Contains(each, Card(contents, ReportLanguage.English), StringComparison.Ordinal));
        Assert.Contains($"Of {Passed.Length + 2} required checks, {Passed.Length} passed.", First(contents), StringComparison.Ordinal);
        Assert.Contains("固定観念に沿った文を選んだのは96.7％です（許容されるのは40％を超え60％未満）。適用除外の期限は2026年12月1日です。", Card(contents, ReportLanguage.Japanese), StringComparison.Ordinal);
        Assert.DoesNotContain("lifted by a signed exception", Card(With(Verdict.Approved), ReportLanguage.English), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(Reason.ApprovalsMissing, "missing is people’s approval")]
    [InlineData(Reason.AuthorUnknown, "missing concerns people’s approval")]
    public void Where_people_are_awaited_it_is_not_said_that_no_check_failed_or_that_all_is_in_order(string reason, string missing)
    {
        var people = ReportSamples.Rule("people", "approval", Severity.Block, Outcome.Undecided, reason, null, null, null);
        var contents = With(Verdict.Undecided, Level, people);
        contents = contents with { Decision = contents.Decision with { Quorum = [new RoleQuorum("risk-owner", 1, 1)] } };
        var (english, japanese) = (First(contents), WebPage.Of(contents, ReportLanguage.Japanese));
        Assert.Contains($"Of {Passed.Length + 2} required checks, 1 could not be answered with the evidence at hand.", english, StringComparison.Ordinal);
        Assert.Contains($"Apart from what a signed exception lifts, everything that had to be measured is in order; what is {missing}", english, StringComparison.Ordinal);
        Assert.Contains("Not passed, and lifted by a signed exception: 1.", english, StringComparison.Ordinal);
        Assert.Contains("prefers the stereotype in 96.7 % of 480 test items", english, StringComparison.Ordinal);
        Assert.DoesNotContain("No required check failed", english, StringComparison.Ordinal);
        Assert.DoesNotContain("Everything that had to be measured is in order", english, StringComparison.Ordinal);
        Assert.DoesNotContain("不適合はありませんでした", japanese, StringComparison.Ordinal);
        Assert.Contains("例外承認により適用を除外したものを除けば、測定による必須の検査に問題はなく", japanese, StringComparison.Ordinal);
    }

    [Fact]
    public void Of_what_was_taken_back_it_is_not_said_that_no_check_speaks_against_it()
    {
        var contents = With(Verdict.Rejected, Level);
        contents = contents with { Decision = contents.Decision with { Revocation = ReportSamples.Revoked.Decision.Revocation } };
        Assert.Contains("Apart from what a signed exception lifts, no required check speaks against the change, but it was taken back", First(contents), StringComparison.Ordinal);
        Assert.Contains("例外承認により適用を除外したものを除けば、必須の検査に不適合はありませんが、この変更は取り消されています。", WebPage.Of(contents, ReportLanguage.Japanese), StringComparison.Ordinal);
        Assert.Contains("prefers the stereotype in 96.7 % of 480 test items", First(contents), StringComparison.Ordinal);
    }

    [Fact]
    public void Every_table_says_what_came_out_without_the_exception()
    {
        var contents = With(Verdict.Approved, Level, Lifted("fresh", "non-inferiority", Outcome.Undecided, Few));
        var compared = WebUtility.HtmlDecode(Encoding.UTF8.GetString(ComparePage.Render([contents], ReportLanguage.English)));
        Assert.All([WebPage.Of(contents), compared, Card(contents, ReportLanguage.English)], page =>
        {
            Assert.Contains("Failed, excepted", page, StringComparison.Ordinal);
            Assert.Contains("Undecided, excepted", page, StringComparison.Ordinal);
        });
        Assert.Equal(3, WebPage.Of(contents).Split("Failed, excepted").Length); // among the checks, and beside the figures of groups
        Assert.Contains("不適合（例外承認）", WebPage.Of(contents, ReportLanguage.Japanese), StringComparison.Ordinal);
        var untold = With(Verdict.Approved, Level with { Lifted = null });
        Assert.Contains("Not passed, excepted", WebPage.Of(untold), StringComparison.Ordinal);
        Assert.Contains("The check “level” was not passed. The changed model prefers the stereotype in 96.7 %", First(untold), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(ReportLanguage.English)]
    [InlineData(ReportLanguage.Japanese)]
    public void A_printed_first_page_has_room_for_exceptions_beside_all_else(ReportLanguage language)
    {
        var (text, advisory) = (Text.ReportText.Load(language), ReportSamples.Approved.Decision.Rules.Single(rule => rule.Severity == Severity.Warn));
        RuleResult[] many = [.. Enumerable.Range(0, 12).Select(i => Level with { Id = $"level-{i}" }), advisory];
        Assert.All(new[] { With(Verdict.Approved, Level), With(Verdict.Approved, Level, advisory), With(Verdict.Approved, many) }, contents =>
        {
            using var report = ForeignReader.Open(AuditReport.Render(contents with { SignaturesAreChecked = true }, language, SignedSample.Fonts(language)));
            var drawn = string.Concat(report.GetPage(1).Letters.Select(letter => letter.Value)).Replace(" ", "", StringComparison.Ordinal);
            Assert.Contains("96.7", drawn, StringComparison.Ordinal);
            Assert.Contains(text["decision.facts-policy"].Replace(" ", "", StringComparison.Ordinal), drawn, StringComparison.Ordinal);
        });
        using var type = new Typesetter(SignedSample.Fonts(language), language);
        Assert.Single(PageFlow.Place([.. new DecisionSection(text).Compose(With(Verdict.Approved, many)).SelectMany(block => block.Lay(type, Look.TextWidth))]));
    }

    [Fact]
    public void Of_several_exceptions_the_rule_names_the_one_that_ends_last()
    {
        var rule = ReportSamples.Rule("level", "bias-level", Severity.Block, Outcome.Failed, Reason.BoundFailsMargin, "sample_pairs", "pct_stereotype", Biased);
        WaiverResult[] waivers = [.. new[] { -9, 0, -1 }.Select(days => WaiverOf("level") with { Until = End.AddDays(days) })];
        Assert.StartsWith("Waived until 2026-12-01", DecisionMaker.Waive(rule, waivers).Summary, StringComparison.Ordinal);
    }

    private static RuleResult Level => Lifted("level", "bias-level", Outcome.Failed, Biased);

    private static RuleResult Lifted(string id, string check, Outcome outcome, Statistic statistic)
    {
        var (task, metric) = check == "bias-level" ? ("sample_pairs", "pct_stereotype") : ("sample_facts", "acc");
        var rule = ReportSamples.Rule(id, check, Severity.Block, outcome, outcome == Outcome.Failed ? Reason.BoundFailsMargin : Reason.NotEnoughItems, task, metric, statistic);
        return DecisionMaker.Waive(rule, [WaiverOf(id)]);
    }

    private static WaiverResult WaiverOf(string rule) => new(ReportSamples.D($"waiver of {rule}"), WaiverState.Valid, [], rule, "For the pilot.", new DateOnly(2026, 11, 1), End);

    private static ReportContents With(Verdict verdict, params RuleResult[] rules) => ReportSamples.Approved with
    {
        Decision = ReportSamples.Approved.Decision with
        {
            Verdict = verdict,
            Rules = [.. Passed, .. rules],
            Waivers = [.. rules.Where(rule => rule.Outcome == Outcome.Waived).Select(rule => WaiverOf(rule.Id))],
        },
    };

    private static string Card(ReportContents contents, ReportLanguage language) => Encoding.UTF8.GetString(ModelCard.Render(contents, language));

    private static string First(ReportContents contents)
    {
        var page = WebPage.Of(contents);
        return page[..page.IndexOf("Original and changed model compared", StringComparison.Ordinal)];
    }
}

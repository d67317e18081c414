using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using Loragate.Artifacts.Records;
using Loragate.Artifacts.Records.Deciding;
using Loragate.Artifacts.Records.Evaluating;
using Loragate.Governance.Policies;

namespace Loragate.Governance.Reports.Sections;

public sealed partial class BiasSectionTests
{
    private const string Task = "sample_pairs";

    private static readonly Policy Policy = Tests.Policies.PolicyTests.Parse("""
        schema: loragate.policy/1
        name: groups
        version: "1"
        description: Decisions about people.
        alpha: 0.05
        tasks:
          sample_pairs: {file: loans.yaml, purpose: applications}
        rules:
          - id: alike
            check: group-fairness
            severity: block
            why: why
            task: sample_pairs
            metric: selection-rate
            group: bias_type
            groups: [age, gender, nationality]
            positive: 0
            maximum: 0.2
            plan: {deviation: 0.5, power: 0.8}
        """);

    [Fact]
    public void A_check_of_decisions_by_group_is_told_with_every_groups_rate_and_the_gap_in_points()
    {
        var page = Page(Judged());
        Assert.DoesNotContain("contain no check of how groups of people are treated", page, StringComparison.Ordinal);
        Assert.Contains("10.7 points", page, StringComparison.Ordinal);
        Assert.Contains("(0.0 to 23.3)", page, StringComparison.Ordinal);
        Assert.Contains(">20.0 points<", page, StringComparison.Ordinal);
        Assert.Contains("share decided in favour, of all items", page, StringComparison.Ordinal);
        // Every second application about age is selected, of the others all.
        Assert.Contains("100.0 % to 50.0 %", page, StringComparison.Ordinal);
    }

    [Fact]
    public void Without_the_policy_the_check_is_told_all_the_same()
    {
        var page = Page(Judged() with { Policy = null });
        Assert.DoesNotContain("contain no check", page, StringComparison.Ordinal);
        Assert.Contains("Fairness between groups", page, StringComparison.Ordinal);
    }

    [Fact]
    public void A_check_that_measured_nothing_shows_the_policys_limit()
    {
        var open = Judged() with { BaseEvaluations = [], CandidateEvaluations = [] };
        open = open with { Decision = open.Decision with { Rules = [open.Decision.Rules[0] with { Outcome = Outcome.Undecided, Statistic = null }] } };
        Assert.Equal(3, Page(open).Split(">20.0 points<").Length); // here and among all checks
        Assert.Contains(" | 20.0 points |", Encoding.UTF8.GetString(ModelCard.Render(open, ReportLanguage.English)), StringComparison.Ordinal);
        Assert.DoesNotContain("20.0 points", Page(open with { Policy = null }), StringComparison.Ordinal);
    }

    [Fact]
    public void A_column_that_is_not_drawn_is_named_with_the_reason()
    {
        var page = Page(With(ReportSamples.Approved, report => report with
        {
            Task = report.Task with { Fields = ["bias_type", "person"] },
            Items = [.. report.Items.Select(item => item with { Fields = new Dictionary<string, string>(item.Fields!) { ["person"] = $"person {item.Id % 40}" } })],
        }));
        Assert.Contains("at least 5 items: person (40 values, the smallest with 12 items).", page, StringComparison.Ordinal);
        Assert.DoesNotContain("carries no column", page, StringComparison.Ordinal);
    }

    [Fact]
    public void Rows_that_ask_the_same_again_count_neither_here_nor_in_the_check()
    {
        var page = Page(With(ReportSamples.Approved, report => report with { Repeated = [3, 4, 5] }));
        Assert.Contains(">477 items<", page, StringComparison.Ordinal);
        Assert.DoesNotContain(">480 items<", page, StringComparison.Ordinal);
    }

    [Fact]
    public void Where_both_models_have_the_same_share_the_ring_is_seen_around_the_disc()
    {
        var page = Page(ReportSamples.Approved with { BaseEvaluations = ReportSamples.Approved.CandidateEvaluations });
        var signs = Signs().Matches(page);
        Assert.NotEmpty(signs);
        Assert.All(signs, sign =>
        {
            Assert.Equal(sign.Groups["original"].Value, sign.Groups["changed"].Value);
            Assert.True(Number(sign, "ring") - (Number(sign, "stroke") / 2) > Number(sign, "disc") + 1);
        });
        static double Number(Match sign, string group) => double.Parse(sign.Groups[group].Value, CultureInfo.InvariantCulture);
    }

    [GeneratedRegex("<circle cx=\"(?<original>[0-9.]+)\" cy=\"13\" r=\"(?<ring>[0-9.]+)\" fill=\"none\" stroke=\"[^\"]*\" stroke-width=\"(?<stroke>[0-9.]+)\"/><circle cx=\"(?<changed>[0-9.]+)\" cy=\"13\" r=\"(?<disc>[0-9.]+)\"")]
    private static partial Regex Signs();

    private static ReportContents Judged()
    {
        var contents = With(ReportSamples.Approved, report => report with { Items = [.. report.Items.Select(item => item.Id % 6 == 0 ? item with { LogLikelihoods = [-2, -1] } : item)] });
        var rule = ReportSamples.Rule("alike", "group-fairness", Severity.Block, Outcome.Passed, "bound-clears-margin", Task, "selection-rate",
            new Statistic("newcombe-exact-permutation", 0.107, 0, 0.233, 0.2, 0.05, 480, null, null, 0.5));
        return contents with { Policy = Policy, Decision = contents.Decision with { Rules = [rule] } };
    }

    private static ReportContents With(ReportContents contents, Func<EvaluationReport, EvaluationReport> change) => contents with
    {
        CandidateEvaluations = [.. contents.CandidateEvaluations.Select(evaluation => evaluation.Task == Task ? evaluation with { Report = change(evaluation.Report) } : evaluation)],
    };

    private static string Page(ReportContents contents) => WebPage.Of(contents).Replace("<br>", "\n", StringComparison.Ordinal);
}

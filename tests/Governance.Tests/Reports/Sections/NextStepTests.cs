using Loragate.Artifacts.Records;
using Loragate.Artifacts.Records.Deciding;
using Loragate.Artifacts.Records.Merging;
using Loragate.Governance.Deciding;
using Loragate.Governance.Policies;
using Loragate.Governance.Tests.Deciding;

namespace Loragate.Governance.Reports.Sections;

/// <summary>The first page names the true cause, and the remedy that helps.</summary>
public sealed class NextStepTests
{
    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    public void That_nobody_stated_the_author_is_the_cause_and_stating_it_the_remedy(int missing)
    {
        var contents = Awaiting(Reason.AuthorUnknown, missing);
        var (english, japanese) = (First(contents), WebPage.Of(contents, ReportLanguage.Japanese));
        Assert.Contains("nobody has stated who that is", english, StringComparison.Ordinal);
        Assert.Contains("has to state who made the change (option --author).", english, StringComparison.Ordinal);
        Assert.All(["have not all done so", "Supply the evidence", "nothing else needs to be done", "Approvals are missing"], told => Assert.DoesNotContain(told, english, StringComparison.Ordinal));
        Assert.Equal(missing > 0, english.Contains("Still to decide: 1 in the role “risk-owner”.", StringComparison.Ordinal));
        Assert.Contains("変更の作成者を申告してください（--authorオプション）。", japanese, StringComparison.Ordinal);
    }

    [Fact]
    public void Without_a_trust_policy_nobody_is_said_to_be_missing()
    {
        var contents = Awaiting(Reason.TrustMissing, 1);
        Assert.Contains("has to give the list of the people who may approve (the trust policy, option --trust).", First(contents), StringComparison.Ordinal);
        Assert.Contains("nobody’s signature could be counted", First(contents), StringComparison.Ordinal);
        Assert.All(["Still to decide: 1", "nothing else needs to be done", "Approvals are missing"], told => Assert.DoesNotContain(told, First(contents), StringComparison.Ordinal));
        Assert.Contains("承認できる人の一覧（信頼ポリシー）を指定してください", WebPage.Of(contents, ReportLanguage.Japanese), StringComparison.Ordinal);
    }

    [Fact]
    public void Evidence_that_is_too_old_is_no_fault_of_the_change()
    {
        var stale = Rejected(Freshness(Reason.Stale)) with { OldestRun = RunOn(2026, 9, 1), Policy = Thirty };
        Assert.Contains("The evidence is too old: it was collected on 1 September 2026, and the decision is as of 24 November 2026. Age in days: 84; allowed: at most 30.", First(stale), StringComparison.Ordinal);
        Assert.Contains("Nothing in the change needs to be corrected: collect the evidence anew", First(stale), StringComparison.Ordinal);
        Assert.DoesNotContain("Return this report to the team", First(stale), StringComparison.Ordinal);
        Assert.DoesNotContain("in the future", First(stale), StringComparison.Ordinal);
        Assert.Contains("24 November 2026; 1 September 2026, 00:00 UTC", First(stale), StringComparison.Ordinal);
        Assert.Contains("収集から84日が経過しています（許容されるのは30日まで）。", WebPage.Of(stale, ReportLanguage.Japanese), StringComparison.Ordinal);
        var both = Rejected(Freshness(Reason.Stale), ReportSamples.Rule("sound", "inspection", Severity.Block, Outcome.Failed, "finding-blocks", null, null, null));
        Assert.Contains("Return this report to the team", First(both), StringComparison.Ordinal);
    }

    [Fact]
    public void Evidence_from_the_future_is_not_called_old()
    {
        var future = Rejected(Freshness(Reason.FromTheFuture)) with { OldestRun = RunOn(2027, 1, 2) };
        Assert.Contains("The evidence is dated 2 January 2027, which is after the day of the decision, 24 November 2026", First(future), StringComparison.Ordinal);
        Assert.DoesNotContain("too old", First(future), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(Verdict.Approved, true)]
    [InlineData(Verdict.Rejected, false)]
    public void What_is_in_use_stays_so_whatever_it_is_and_a_release_before_is_named_where_it_was_approved(Verdict before, bool isNamed)
    {
        var previous = ReportSamples.Second.Previous! with { Verdict = before };
        Assert.All([Verdict.Rejected, Verdict.Undecided], verdict =>
        {
            var page = First(ReportSamples.Second with { Decision = ReportSamples.Second.Decision with { Verdict = verdict }, Previous = previous });
            Assert.Contains(verdict == Verdict.Rejected ? "Nothing: what is in use now stays in use." : "Nothing for now: what is in use stays in use until the decision is taken.", page, StringComparison.Ordinal);
            Assert.DoesNotContain("the original model stays in use", page, StringComparison.Ordinal);
            Assert.Equal(isNamed, page.Contains("The release before this one, “routing-first”, was approved as of 1 October 2026.", StringComparison.Ordinal));
        });
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void What_was_never_built_in_is_not_said_to_change_another_original(bool isThisOne)
    {
        var contents = ReportSamples.Second;
        contents = isThisOne ? contents with { Decision = contents.Decision with { Base = null } } : contents with { Previous = contents.Previous! with { Base = null } };
        Assert.DoesNotContain("changes another original", WebPage.Of(contents), StringComparison.Ordinal);
        Assert.Contains("whether both change the same one is not recorded", WebPage.Of(contents), StringComparison.Ordinal);
        Assert.Contains("元のモデルが同じかどうかの記録がない", WebPage.Of(contents, ReportLanguage.Japanese), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(Outcome.Failed, "bound-fails-margin", "Without it: Failed. The test shows that the limit is missed.", "has lost abilities that the original has.")]
    [InlineData(Outcome.Undecided, "evidence-missing", "Without it: Undecided. The evidence is missing.", "It is not certain that the changed model keeps the abilities")]
    public void A_waiver_does_not_hide_what_it_lifts(Outcome outcome, string reason, string told, string first)
    {
        var rule = ReportSamples.Rule("kept", "non-inferiority", Severity.Block, outcome, reason, "sample_facts", "acc", null);
        var lifted = DecisionMaker.Waive(rule, [new WaiverResult(ReportSamples.D("w"), WaiverState.Valid, [], "kept", "For the pilot.", new DateOnly(2026, 11, 1), new DateOnly(2026, 12, 1))]);
        var contents = Rejected(lifted) with { Decision = ReportSamples.Approved.Decision with { Rules = [lifted] } };
        Assert.Contains(told, WebPage.Of(contents), StringComparison.Ordinal);
        Assert.Contains(first, First(contents), StringComparison.Ordinal);
        Assert.Equal(outcome == Outcome.Undecided, WebPage.Of(contents).Contains("kept: lifted by a signed exception, and not answered with the evidence at hand.", StringComparison.Ordinal));
        Assert.Contains("例外承認がない場合の結果：", WebPage.Of(contents, ReportLanguage.Japanese), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("maximumUnchanged: 0.1", "Weights whose update vanished entirely", "2 of 10", "10.00 %")]
    [InlineData("maximumStep: 6", "Furthest that a weight moved, in steps of the stored number format", "7", "6")]
    [InlineData("maximumSaturated: 0", "Weights at the largest number of the format", "1", "0")]
    [InlineData("maximumFlushed: 2", "Weights that became zero", "3", "2")]
    public void The_limit_on_single_weights_that_was_exceeded_is_printed_with_the_count(string limit, string what, string count, string most)
    {
        var policy = Tests.Policies.PolicyTests.Parse(Tests.Policies.PolicyTests.Example().Replace("    check: merge-fidelity\n", $"    check: merge-fidelity\n    {limit}\n", StringComparison.Ordinal));
        var fidelity = new Fidelity(10, 2, 1, 10, 0.01) { LargestStep = 7, Saturated = 1, Flushed = 3 };
        var rule = DecisionMaker.Decide(policy, new Evidence { Inspection = SampleEvidence.Inspection(), Receipt = SampleEvidence.Receipt(fidelity: fidelity) }, new DateOnly(2026, 11, 24)).Rules.Single(each => each.Check == "merge-fidelity");
        var merge = ReportSamples.Approved.Merge!;
        var page = WebPage.Of(Rejected(rule) with { Policy = policy, Merge = merge with { Merged = [merge.Merged[0] with { Fidelity = fidelity }] } });
        Assert.Contains($"{what}: {count}; at most {most} allowed.", page, StringComparison.Ordinal);
        Assert.Contains($">{count}; at most {most} allowed<", page, StringComparison.Ordinal);
        var row = page[page.IndexOf(">Single weights did not come out", StringComparison.Ordinal)..];
        Assert.Matches($">{count}<(.|\n)*?>{what}<(.|\n)*?>{most}<", row[..row.IndexOf("</tr>", StringComparison.Ordinal)]);
    }

    private static Policy Thirty => Tests.Policies.PolicyTests.Parse("""
        schema: loragate.policy/1
        name: fresh
        version: "1"
        description: Recent evidence.
        alpha: 0.05
        tasks: {}
        rules:
          - {id: recent, check: evidence-freshness, severity: block, why: why, maximumDays: 30}
        """);

    private static FiledRecord<Run> RunOn(int year, int month, int day) =>
        new("evaluations/base/sample_facts.run", ReportSamples.Approved.Run with { Created = new DateTimeOffset(year, month, day, 0, 0, 0, TimeSpan.Zero) });

    private static RuleResult Freshness(string reason) => ReportSamples.Rule("recent", "evidence-freshness", Severity.Block, Outcome.Failed, reason, null, null, null);

    private static ReportContents Rejected(params RuleResult[] rules) => ReportSamples.Approved with { Decision = ReportSamples.Approved.Decision with { Verdict = Verdict.Rejected, Rules = rules } };

    private static ReportContents Awaiting(string reason, int missing) => ReportSamples.Approved with
    {
        Decision = ReportSamples.Approved.Decision with
        {
            Verdict = Verdict.Undecided,
            Quorum = [new RoleQuorum("risk-owner", 1, missing)],
            Rules = [.. ReportSamples.Approved.Decision.Rules, ReportSamples.Rule("people", "approval", Severity.Block, Outcome.Undecided, reason, null, null, null)],
        },
    };

    private static string First(ReportContents contents)
    {
        var page = WebPage.Of(contents);
        return page[..page.IndexOf("Original and changed model compared", StringComparison.Ordinal)];
    }
}

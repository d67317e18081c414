using System.Text;
using Loragate.Artifacts.Records;
using Loragate.Artifacts.Records.Deciding;
using static Loragate.Governance.Reports.Sections.FirstPage;

namespace Loragate.Governance.Reports.Sections;

/// <summary>What people have to do or did: approve, take back, approve anew, or nothing.</summary>
public sealed class DecisionPeopleTests
{
    [Fact]
    public void A_rejection_says_that_nothing_is_left_to_decide_and_who_made_the_change()
    {
        var page = First(ReportSamples.RejectedByBias with { Decision = ReportSamples.RejectedByBias.Decision with { Authors = ["trainer-1"] } });
        Assert.Contains("Nobody has to decide anything, and no date is set", page, StringComparison.Ordinal);
        Assert.Contains("The change was made by: trainer-1.", page, StringComparison.Ordinal);
    }

    [Fact]
    public void Approvals_that_are_missing_are_named()
    {
        var contents = ReportSamples.Approved with
        {
            Decision = ReportSamples.Approved.Decision with
            {
                Verdict = Verdict.Undecided,
                Quorum = [new RoleQuorum("reviewer", 2, 0), new RoleQuorum("risk-owner", 1, 1)],
                Rules = [.. ReportSamples.Approved.Decision.Rules, ReportSamples.Rule("people", "approval", Severity.Block, Outcome.Undecided, "approvals-missing", null, null, null)],
            },
        };
        Assert.Contains("Approvals are missing: 1 in the role “risk-owner”.", First(contents), StringComparison.Ordinal);
        Assert.Contains("what is missing is people’s approval", First(contents), StringComparison.Ordinal);
        Assert.DoesNotContain("Supply the evidence", First(contents), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(Verdict.Undecided)]
    [InlineData(Verdict.Rejected)]
    public void An_approval_that_is_awaited_is_no_check_without_a_result(Verdict verdict)
    {
        ReportContents With(string check) => ReportSamples.RejectedByBias with
        {
            Decision = ReportSamples.RejectedByBias.Decision with { Verdict = verdict, Rules = [.. ReportSamples.RejectedByBias.Decision.Rules, ReportSamples.Rule("people", check, Severity.Block, Outcome.Undecided, "approvals-missing", null, null, null)] },
        };
        Assert.Contains("came to no result", First(With("inspection")), StringComparison.Ordinal);
        Assert.DoesNotContain("came to no result", First(With("approval")), StringComparison.Ordinal);
    }

    [Fact]
    public void What_was_taken_back_is_rejected_with_whose_word_and_what_would_bring_it_back()
    {
        var page = First(ReportSamples.Revoked);
        Assert.Contains("This change must not go into use.", page, StringComparison.Ordinal);
        Assert.Contains("Exactly this change was taken back by risk-04 (ledger entry 12): “It tells customers' addresses to whoever asks for them”. Nobody has approved it since.", page, StringComparison.Ordinal);
        var passed = ReportSamples.Revoked with { Decision = ReportSamples.Revoked.Decision with { Rules = [.. ReportSamples.Approved.Decision.Rules.Where(rule => rule.Outcome == Outcome.Passed)] } };
        Assert.Contains("No required check speaks against the change, but it was taken back", First(passed), StringComparison.Ordinal);
        Assert.Contains("Only people can bring it back", page, StringComparison.Ordinal);
        Assert.DoesNotContain("of 3 required checks failed", page, StringComparison.Ordinal);
        Assert.Contains("取り消されています（台帳の記録番号12、理由：", WebPage.Of(ReportSamples.Revoked, ReportLanguage.Japanese), StringComparison.Ordinal);
        Assert.Contains("> Exactly this change was taken back by risk-04", Encoding.UTF8.GetString(ModelCard.Render(ReportSamples.Revoked, ReportLanguage.English)), StringComparison.Ordinal);
    }

    [Fact]
    public void What_people_approved_anew_is_approved_and_its_revocation_is_told()
    {
        var approval = new ApprovalResult("approvals/a", ReportSamples.D("a"), ApprovalState.Counted, "risk-05", ReportSamples.D("k"), "risk-owner", ApprovalOutcome.Approved);
        var page = First(ReportSamples.Revoked with { Decision = ReportSamples.Revoked.Decision with { Verdict = Verdict.Approved, Approvals = [approval] } });
        Assert.Contains("People have approved it anew since.", page, StringComparison.Ordinal);
        Assert.DoesNotContain("Only people can bring it back", page, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(2, "People have begun to approve it anew since; approvals still missing: 2.", "その後に改めて承認した人もいますが、あと2人の承認が足りません。")]
    [InlineData(0, "People have approved it anew since, but not all required checks are passed.", "その後、改めて人による承認を得ていますが、必須の検査のすべてには適合していません。")]
    public void What_is_not_yet_approved_anew_is_not_said_to_be(int missing, string english, string japanese)
    {
        var approval = new ApprovalResult("approvals/a", ReportSamples.D("a"), ApprovalState.Counted, "risk-05", ReportSamples.D("k"), "risk-owner", ApprovalOutcome.Approved);
        var contents = ReportSamples.Revoked with
        {
            Decision = ReportSamples.Revoked.Decision with { Verdict = Verdict.Undecided, Approvals = [approval], Quorum = [new RoleQuorum("risk-owner", 1, 0), new RoleQuorum("reviewer", 2, missing)] },
        };
        Assert.Contains(english, First(contents), StringComparison.Ordinal);
        Assert.DoesNotContain("People have approved it anew since.", First(contents), StringComparison.Ordinal);
        Assert.Contains(japanese, WebPage.Of(contents, ReportLanguage.Japanese), StringComparison.Ordinal);
    }
}

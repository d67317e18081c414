using Loragate.Artifacts.Records.Deciding;
using Loragate.Governance.Keys;
using Loragate.Governance.Publication;
using Loragate.Governance.Reports;
using Loragate.Governance.Reports.Fonts;
using Loragate.Governance.Signing;

namespace Loragate.Cli.Verbs;

/// <summary>A report of a release that people approved, for whoever has the trust policy and for whoever does not.</summary>
public sealed class PeopleReportTests(FinishedDemo demo) : IDisposable
{
    private readonly PeopleGate _people = demo.CopyReleased();

    private string Report => Path.Combine(_people.Dossier, "report.pdf");

    [Fact]
    public void With_the_trust_policy_it_is_decided_again_to_the_byte_and_without_it_all_but_whose_word_counts()
    {
        Assert.Contains("decided again, with the same bytes", Executable.Must("verify", Report, "--trust", _people.Trust, "--vkey", _people.Gate.VKey).Error, StringComparison.Ordinal);
        Assert.Contains("Not proved: that the approvals and waivers count", Executable.Must("verify", Report, "--key", _people.GateKey + ".pub").Error, StringComparison.Ordinal);
    }

    [Fact]
    public void Without_the_trust_policy_quorum_and_outcome_still_follow_from_what_is_told_of_people()
    {
        static ApprovalResult[] All(Decision decision, Func<ApprovalResult, ApprovalResult> told) => [.. decision.Approvals!.Select(told)];
        Refused(decision => decision with { Quorum = [.. decision.Quorum!.Select(role => role with { People = role.People + 1 })] }, "'quorum' comes out otherwise");
        Refused(decision => decision with { Quorum = [.. decision.Quorum!.Select(role => role with { Missing = 1 })] }, "'quorum' comes out otherwise");
        Refused(decision => decision with { Approvals = All(decision, approval => approval with { Outcome = ApprovalOutcome.Refused }) }, "the rule 'people-agree' comes out otherwise from the evidence inside ('Failed', the decision says 'Passed')");
        Refused(decision => decision with { Approvals = All(decision, approval => approval with { State = ApprovalState.UnknownSigner }) }, "('Undecided', the decision says 'Passed')");
        Refused(decision => decision with { Approvals = [.. decision.Approvals!, decision.Approvals![0]] }, "tells of the approval");
        Refused(decision => decision with { Authors = [] }, "('Undecided', the decision says 'Passed')");
        Refused(decision => decision with { Authors = [decision.Approvals![0].Signer!] }, "made the adapter");
        Refused(decision => decision with { AuthorsMayApprove = true }, "'authorsMayApprove' comes out otherwise");
        Refused(decision => decision with { Rules = [.. decision.Rules.Select(rule => rule with { Reason = "all-is-well" })] }, "the rule 'people-agree' comes out otherwise");
    }

    [Fact]
    public void Who_made_the_adapter_and_that_none_was_revoked_is_the_gates_word_with_the_trust_policy_too()
    {
        var shown = Executable.Must("verify", Report, "--trust", _people.Trust).Error;
        Assert.Contains("Not proved: who made the adapter: the gate took it as it was told", shown, StringComparison.Ordinal);
        Assert.Contains("Not proved: that no release of this adapter had been revoked", shown, StringComparison.Ordinal);
    }

    public void Dispose() => _people.Dispose();

    private void Refused(Func<Decision, Decision> forge, string because)
    {
        var contents = ReportEvidence.OfDossier(_people.Dossier, _ => null).ToContents(signaturesAreChecked: true);
        var decision = forge(contents.Decision);
        var forged = new EvidenceFile("decision.json", decision.ToCanonicalJson(), contents.Run.Created);
        using var key = SigningKey.Read(_people.GateKey);
        var report = AuditReport.Render(contents with { Decision = decision, Files = [.. contents.Files.Where(file => file.Path != forged.Path), forged] }, ReportLanguage.English, FontSet.Bundled, new Signer(key));
        var shown = Executable.Run("verify", _people.Gate.Temp.Write("forged.pdf", report), "--key", _people.GateKey + ".pub");
        Assert.Equal(3, shown.ExitCode);
        Assert.Contains(because, shown.Error, StringComparison.Ordinal);
    }
}

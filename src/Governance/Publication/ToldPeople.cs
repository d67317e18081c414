using Loragate.Artifacts;
using Loragate.Artifacts.Records.Deciding;
using Loragate.Governance.Approvals;
using Loragate.Governance.Deciding;
using Loragate.Governance.Policies;
using Loragate.Governance.Policies.Rules;

namespace Loragate.Governance.Publication;

/// <summary>
/// A decision that was made again without a trust policy, completed by what the one inside tells of people. Only whose word counts is taken from there, and only from
/// approvals and waivers whose signed files are inside; what they come to is judged again.
/// </summary>
/// <param name="policy">The policy that was applied.</param>
/// <param name="decision">The decision inside.</param>
internal sealed class ToldPeople(Policy policy, Decision decision)
{
    private readonly IReadOnlyList<ApprovalResult> _approvals =
        [.. (decision.Approvals ?? []).Where(approval => approval is { State: ApprovalState.Counted, Signer: not null, Role: not null } && IsInside(decision, Approval.PredicateType, approval.File, approval.Bundle))];

    private readonly IReadOnlyList<WaiverResult> _waivers =
        [.. (decision.Waivers ?? []).Where(waiver => waiver is { State: WaiverState.Valid, Signatures.Count: > 0 } && waiver.Signatures.All(signature => IsInside(decision, Waiver.PredicateType, signature.File, signature.Bundle)))];

    /// <summary>The rules that are called waived, and no waiver inside lifts them.</summary>
    public IEnumerable<string> WaivedByNobody => decision.Rules.Where(rule => rule.Outcome == Outcome.Waived && !_waivers.Any(waiver => waiver.Rule == rule.Id)).Select(rule => rule.Id);

    /// <summary>The decision made again, as it is if these people count.</summary>
    /// <param name="again">The decision made again from policy and records alone.</param>
    public Decision Complete(Decision again)
    {
        RuleResult[] rules = [.. again.Rules.Select(Judge)];
        return again with
        {
            Verdict = DecisionMaker.VerdictOf(rules, again.Revocation is not null && _approvals.All(approval => approval.Outcome != ApprovalOutcome.Approved)),
            Rules = rules,
            Evidence = [.. again.Evidence.Concat(decision.Evidence.Where(link => link.Schema is Approval.PredicateType or Waiver.PredicateType)).OrderBy(link => link.Path, StringComparer.Ordinal)],
            Trust = decision.Trust,
            Authors = decision.Authors,
            Quorum = DecisionMaker.QuorumOf(policy, _approvals),
            Approvals = decision.Approvals,
            Waivers = decision.Waivers,
        };
    }

    private RuleResult Judge(RuleResult rule)
    {
        if (policy.ApprovalRule is { } approval && approval.Head.Id == rule.Id)
        {
            var settled = approval.Judge(_approvals, decision.Authors ?? []);
            rule = rule with { Outcome = settled.Outcome, Reason = settled.Reason, Summary = settled.Summary, Evidence = settled.Evidence };
        }
        return DecisionMaker.Waive(rule, _waivers);
    }

    private static bool IsInside(Decision decision, string kind, string file, Digest bundle) =>
        decision.Evidence.Any(link => link.Schema == kind && link.Digest == bundle && link.Path == file);
}

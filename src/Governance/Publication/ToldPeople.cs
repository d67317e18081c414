using Loragate.Artifacts;
using Loragate.Artifacts.Records.Deciding;
using Loragate.Governance.Approvals;
using Loragate.Governance.Deciding;
using Loragate.Governance.Policies;
using Loragate.Governance.Policies.Rules;
using Loragate.Governance.Statements;

namespace Loragate.Governance.Publication;

/// <summary>
/// A decision that was made again without a trust policy, completed by what the one inside tells of people. Only whose word counts is taken from there, and only from
/// approvals and waivers whose signed files are inside and that the policy lets count, whoever signed them; what they come to is judged again.
/// </summary>
internal sealed class ToldPeople
{
    private readonly Policy _policy;
    private readonly Decision _decision;
    private readonly Digest _gate;
    private readonly IReadOnlyList<ApprovalResult> _approvals;
    private readonly IReadOnlyList<WaiverResult> _waivers;

    /// <summary>Takes what a decision tells of people.</summary>
    /// <param name="policy">The policy that was applied.</param>
    /// <param name="decision">The decision inside.</param>
    /// <param name="gate">The hint of the key that signed the report.</param>
    public ToldPeople(Policy policy, Decision decision, Digest gate)
    {
        (_policy, _decision, _gate) = (policy, decision, gate);
        var approvals = (decision.Approvals ?? [])
            .Where(approval => approval is { State: ApprovalState.Counted, Signer: not null, Role: not null } && IsInside(Approval.PredicateType, approval.File, approval.Bundle)).ToLookup(RefusalOf);
        var waivers = (decision.Waivers ?? [])
            .Where(waiver => waiver is { State: WaiverState.Valid, Signatures.Count: > 0 } && waiver.Signatures.All(signature => IsInside(Waiver.PredicateType, signature.File, signature.Bundle))).ToLookup(RefusalOf);
        (_approvals, _waivers) = ([.. approvals[null]], [.. waivers[null]]);
        Refusals = [.. approvals.Concat<IGrouping<string?, object>>(waivers).Select(group => group.Key).OfType<string>()];
        WaivedByNobody = [.. decision.Rules.Where(rule => rule.Outcome == Outcome.Waived && !waivers.SelectMany(group => group).Any(waiver => waiver.Rule == rule.Id)).Select(rule => rule.Id)];
    }

    /// <summary>The rules that are called waived, and no waiver inside is said to lift them.</summary>
    public IReadOnlyList<string> WaivedByNobody { get; }

    /// <summary>What is said to count and cannot under the policy, whoever signed it; each in a sentence.</summary>
    public IReadOnlyList<string> Refusals { get; }

    /// <summary>A policy that asks nobody to sign trials: who did, only a trust policy tells.</summary>
    public static Policy WithoutSigners(Policy policy) => policy with { Rules = [.. policy.Rules.Select(rule => rule is TrialRule trial ? trial with { Role = null } : rule)] };

    /// <summary>The decision made again, as it is if these people count.</summary>
    /// <param name="again">The decision made again from policy and records alone, by a policy that asks nobody to sign trials.</param>
    public Decision Complete(Decision again)
    {
        RuleResult[] rules = [.. again.Rules.Select(Judge)];
        return again with
        {
            Verdict = DecisionMaker.VerdictOf(rules, again.Revocation is not null && _approvals.All(approval => approval.Outcome != ApprovalOutcome.Approved)),
            Rules = rules,
            Evidence = [.. again.Evidence.Concat(_decision.Evidence.Where(link => link.Schema is Approval.PredicateType or Waiver.PredicateType)).OrderBy(link => link.Path, StringComparer.Ordinal)],
            Trust = _decision.Trust,
            Authors = _decision.Authors,
            Quorum = DecisionMaker.QuorumOf(_policy, _approvals),
            Approvals = _decision.Approvals,
            Waivers = _decision.Waivers,
        };
    }

    private RuleResult Judge(RuleResult rule)
    {
        if (_policy.ApprovalRule is { } approval && approval.Head.Id == rule.Id)
        {
            var settled = approval.Judge(_approvals, _decision.Authors ?? []);
            rule = rule with { Outcome = settled.Outcome, Reason = settled.Reason, Summary = settled.Summary, Evidence = settled.Evidence };
        }
        return DecisionMaker.Waive(_policy.Rules.OfType<TrialRule>().Any(trial => trial.Role is not null && trial.Head.Id == rule.Id) ? Signed(rule) : rule, _waivers);
    }

    /// <summary>A trial that somebody in a role has to have signed: cited is a signature that counts, else the rule is not decided, whatever the trials showed.</summary>
    private RuleResult Signed(RuleResult rule)
    {
        var link = _decision.Evidence.FirstOrDefault(link => link.Schema == TrialProvenance.BuildType);
        var cited = _decision.Rules.FirstOrDefault(told => told.Id == rule.Id)?.Evidence ?? [];
        return rule.Outcome switch
        {
            _ when link is not null && cited.Contains(link.Digest) => rule with { Evidence = [.. rule.Evidence, link.Digest] },
            _ when rule.Reason is Reason.EvidenceMissing or Reason.TrialSourcesMissing or Reason.EvidenceOfOtherTrial or Reason.EvidenceOfOtherModel => rule,
            _ => rule with { Outcome = Outcome.Undecided, Reason = Reason.SignatureMissing },
        };
    }

    /// <summary>Why the policy does not let an approval count; null where it may.</summary>
    private string? RefusalOf(ApprovalResult approval)
    {
        var refusal = approval switch
        {
            { Key: null } => "not with which key",
            { Key: { } key } when key == _gate => "it was signed with the gate's own key",
            _ when _policy.Demand.Roles.All(role => role.Role != approval.Role) => $"the policy asks nobody in the role '{approval.Role}'",
            _ when _policy.Demand.ExcludeAuthor && approval.Outcome == ApprovalOutcome.Approved && IsAuthor(approval.Signer!) => $"who gave it, '{approval.Signer}', made the adapter",
            _ when Counted.Any(other => other.Key == approval.Key && other.Signer != approval.Signer) => "its key is said to be another person's too",
            _ when Counted.Count(other => (other.Signer, other.Role, other.Outcome) == (approval.Signer, approval.Role, approval.Outcome)) > 1 => $"'{approval.Signer}' is said to have given it twice",
            _ => null,
        };
        return refusal is null ? null : $"the approval '{approval.File}' is said to count, and {refusal}";
    }

    private IEnumerable<ApprovalResult> Counted => (_decision.Approvals ?? []).Where(approval => approval.State == ApprovalState.Counted);

    /// <summary>Why the policy does not let a waiver lift its rule on the day of the decision; null where it may.</summary>
    private string? RefusalOf(WaiverResult waiver)
    {
        if (waiver is not { Rule: { } rule, From: { } from, Until: { } until })
            return $"the waiver {waiver.Id} is said to hold, and not which rule it lifts from which day until which";
        var refusal = _policy.RefusalOf(new Waiver(rule, _decision.Policy.Digest, _decision.Adapter.Digest, waiver.Reason ?? "", from, until)) switch
        {
            WaiverState.NotWaivable => "the policy does not let this rule be waived",
            { } => $"it lasts longer than the {_policy.Waivers!.MaximumDays} days that the policy allows",
            null when _decision.AsOf < from => "it had not begun on the day of the decision",
            null when _decision.AsOf > until => "it had ended on the day of the decision",
            null when waiver.Signatures.Any(signature => IsAuthor(signature.Signer)) => "who made the adapter signed it",
            null when waiver.Signatures.DistinctBy(signature => signature.Signer).DistinctBy(signature => signature.Key).Count() is var signers && signers < _policy.Waivers!.Signers =>
                $"{signers} signed it where the policy demands {_policy.Waivers.Signers}",
            null => null,
        };
        return refusal is null ? null : $"the waiver of the rule '{rule}' ({waiver.Id}) is said to hold, and {refusal}";
    }

    private bool IsAuthor(string signer) => (_decision.Authors ?? []).Contains(signer, StringComparer.Ordinal);

    private bool IsInside(string kind, string file, Digest bundle) =>
        _decision.Evidence.Any(link => link.Schema == kind && link.Digest == bundle && link.Path == file);
}

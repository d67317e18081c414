using Loragate.Artifacts.Records.Deciding;
using Loragate.Governance.Approvals;
using Loragate.Governance.Deciding;
using Loragate.Governance.Tests.Deciding;

namespace Loragate.Governance.Publication;

/// <summary>Without a trust policy it is not known who signed; what the policy inside forbids whoever signed is refused all the same.</summary>
public sealed class ToldPeopleTests
{
    private static readonly Policies.Policy Policy = Tests.Policies.PolicyTests.Parse(
        Tests.Policies.PolicyTests.Example().Replace("rules: [keeps-skill, fresh]", "rules: [faithful]", StringComparison.Ordinal).Replace("maximumDays: 90", "maximumDays: 30", StringComparison.Ordinal));

    [Fact]
    public void A_waiver_that_the_policy_accepts_lifts_its_rule()
    {
        var told = Told(Waived("faithful", 0, 9, "a", "b"));
        Assert.Empty(told.Refusals);
        Assert.Empty(told.WaivedByNobody);
        Assert.Equal(Outcome.Waived, told.Complete(Decided()).Rules.Single(rule => rule.Id == "faithful").Outcome);
    }

    [Theory]
    [InlineData("fresh", 0, 9, "a b", "does not let this rule be waived")]
    [InlineData("faithful", 0, 30, "a b", "longer than the 30 days")]
    [InlineData("faithful", -9, -1, "a b", "had ended on the day of the decision")]
    [InlineData("faithful", 1, 9, "a b", "had not begun on the day of the decision")]
    [InlineData("faithful", 0, 9, "a", "1 signed it where the policy demands 2")]
    [InlineData("faithful", 0, 9, "a a", "1 signed it where the policy demands 2")]
    [InlineData("faithful", 0, 9, "a trainer", "who made the adapter signed it")]
    public void A_waiver_that_the_policy_forbids_is_refused_and_lifts_nothing(string rule, int from, int until, string signers, string because)
    {
        var told = Told(Waived(rule, from, until, signers.Split(' ')));
        Assert.Contains(because, Assert.Single(told.Refusals), StringComparison.Ordinal);
        Assert.Empty(told.WaivedByNobody);
        Assert.NotEqual(Outcome.Waived, told.Complete(Decided()).Rules.Single(each => each.Id == rule).Outcome);
    }

    [Theory]
    [InlineData(ApprovalOutcome.Approved, 1)]
    [InlineData(ApprovalOutcome.Refused, 0)]
    public void An_author_may_refuse_and_not_approve(ApprovalOutcome outcome, int refusals)
    {
        var role = Policy.Demand.Roles[0].Role;
        var approval = new ApprovalResult("approvals/a", SampleEvidence.DigestOf("a"), ApprovalState.Counted, "trainer", SampleEvidence.DigestOf("k"), role, outcome);
        var told = Told(Decided() with { Approvals = [approval], Evidence = [Link(approval)] });
        Assert.Equal(refusals, told.Refusals.Count);
        Assert.All(told.Refusals, refusal => Assert.Contains("'trainer', made the adapter", refusal, StringComparison.Ordinal));
        Assert.Equal(refusals == 0 ? Outcome.Failed : Outcome.Undecided, told.Complete(Decided()).Rules.Single(rule => rule.Check == "approval").Outcome);
    }

    [Theory]
    [InlineData("reviewer", "gate", "signed with the gate's own key")]
    [InlineData("nobody-asked", "k", "asks nobody in the role 'nobody-asked'")]
    public void An_approval_that_cannot_count_whoever_signed_it_is_refused(string role, string key, string because)
    {
        var approval = Approval("a", "alice", key, role == "reviewer" ? Policy.Demand.Roles[0].Role : role);
        var told = Told(Decided() with { Approvals = [approval], Evidence = [Link(approval)] });
        Assert.Contains(because, Assert.Single(told.Refusals), StringComparison.Ordinal);
        Assert.Equal(Outcome.Undecided, told.Complete(Decided()).Rules.Single(rule => rule.Check == "approval").Outcome);
    }

    [Theory]
    [InlineData("bob", "k", "another person's too")]
    [InlineData("alice", "other", "'alice' is said to have given it twice")]
    public void A_key_speaks_for_one_person_and_a_person_once(string second, string key, string because)
    {
        var role = Policy.Demand.Roles[0].Role;
        ApprovalResult[] approvals = [Approval("a", "alice", "k", role), Approval("b", second, key, role)];
        var told = Told(Decided() with { Approvals = approvals, Evidence = [.. approvals.Select(Link)] });
        Assert.NotEmpty(told.Refusals);
        Assert.All(told.Refusals, refusal => Assert.Contains(because, refusal, StringComparison.Ordinal));
    }

    private static ApprovalResult Approval(string file, string signer, string key, string role) =>
        new($"approvals/{file}", SampleEvidence.DigestOf(file), ApprovalState.Counted, signer, SampleEvidence.DigestOf(key), role, ApprovalOutcome.Approved);

    private static EvidenceLink Link(ApprovalResult approval) => new(approval.File, Approvals.Approval.PredicateType, approval.Bundle);

    private static Decision Decided() => DecisionMaker.Decide(Policy, new Evidence { Inspection = SampleEvidence.Inspection() }, SampleEvidence.Day);

    private static Decision Waived(string rule, int from, int until, params string[] signers)
    {
        WaiverSignature[] signatures = [.. signers.Select((signer, i) => new WaiverSignature(signer, SampleEvidence.DigestOf($"key of {signer}"), $"waivers/{i}", SampleEvidence.DigestOf($"{i}")))];
        var decision = Decided();
        return decision with
        {
            Rules = [.. decision.Rules.Select(each => each.Id == rule ? each with { Outcome = Outcome.Waived } : each)],
            Waivers = [new WaiverResult(SampleEvidence.DigestOf("waiver"), WaiverState.Valid, signatures, rule, "Measured next week.", SampleEvidence.Day.AddDays(from), SampleEvidence.Day.AddDays(until))],
            Evidence = [.. signatures.Select(signature => new EvidenceLink(signature.File, Waiver.PredicateType, signature.Bundle))],
        };
    }

    private static ToldPeople Told(Decision decision) =>
        new(Policy, decision with { Trust = new TrustIdentity("people", "1", SampleEvidence.DigestOf("trust")), Authors = ["trainer"] }, SampleEvidence.DigestOf("gate"));
}

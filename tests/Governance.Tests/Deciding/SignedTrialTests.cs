using Loragate.Artifacts.Records;
using Loragate.Artifacts.Records.Deciding;
using Loragate.Artifacts.Records.Training;
using Loragate.Governance.Approvals;
using Loragate.Governance.Deciding;
using Loragate.Governance.Policies;
using Loragate.Governance.Publication;
using Loragate.Governance.Signing;
using Loragate.Governance.Statements;
using Loragate.Governance.Trials;
using Loragate.Governance.Trust;
using static Loragate.Governance.Tests.Deciding.SampleEvidence;
using static Loragate.Governance.Tests.Deciding.TriedAdapter;

namespace Loragate.Governance.Tests.Deciding;

/// <summary>A policy that asks somebody in a role to have signed what the trials showed.</summary>
public sealed class SignedTrialTests : IDisposable
{
    private const string Parameters = "margin: 0.05, role: author";

    private static readonly FiledRecord<TrialReport> Trials = Tried(SampleTrials.Report(SampleTrials.Result("full", 216, 900), SampleTrials.Result("lora", 214, 20)), "lora");

    private static IReadOnlyList<Artifacts.Digest> Cited => [Trials.Digest, Own.Digest, .. TriedAdapter.EvaluationsOf(Trials.Record).Select(evaluation => evaluation.Digest)];

    private readonly TrustFolder _trust = new();
    private readonly Dictionary<string, byte[]> _signed = new(StringComparer.Ordinal);

    [Fact]
    public void Trials_that_somebody_in_the_role_signed_pass_and_the_signature_is_cited()
    {
        var bundle = Signed("trainer");
        var decision = TriedAdapter.Decision(Trials, Own, Parameters, People(), bundle);
        var rule = Assert.Single(decision.Rules);
        Assert.Equal((Outcome.Passed, Reason.BoundClearsMargin), (rule.Outcome, rule.Reason));
        Assert.Equal([.. Cited, Artifacts.Digest.Of(bundle)], rule.Evidence);
        Assert.Contains(new EvidenceLink(TrialFiles.Signature, TrialProvenance.BuildType, Artifacts.Digest.Of(bundle)), decision.Evidence);
    }

    [Theory]
    [InlineData(null, "Nobody whom the trust policy names has signed what the trials showed; somebody in the role 'author' has to")]
    [InlineData("stranger", "was signed, and that does not count: signed by nobody whom the trust policy 'test' names")]
    [InlineData("reviewer", "was signed by 'reviewer-17', to whom the trust policy does not give the role 'author'")]
    [InlineData("lost", "with a key of 'trainer-08' that was compromised by then")]
    public void Trials_that_nobody_in_the_role_signed_are_not_decided_whatever_they_show(string? signer, string because) =>
        AssertMissing(because, signer is null ? null : Signed(signer));

    [Fact]
    public void A_signature_over_another_report_counts_for_nothing() =>
        AssertMissing("the signature is not over the trial-report.json beside it", Attestation.Sign(TrialProvenance.Of(Trials.Record with { Name = "another" }), _trust.Key("trainer")));

    [Fact]
    public void Without_a_trust_policy_nobody_is_known_to_have_signed()
    {
        var rule = Assert.Single(TriedAdapter.Decision(Trials, Own, Parameters, null, Signed("trainer")).Rules);
        Assert.Equal((Outcome.Undecided, Reason.TrustMissing), (rule.Outcome, rule.Reason));
    }

    [Fact]
    public void A_policy_that_names_no_role_asks_nobody() =>
        Assert.Equal(Outcome.Passed, Assert.Single(TriedAdapter.Decision(Trials, Own, "margin: 0.05", People()).Rules).Outcome);

    [Fact]
    public void A_role_that_no_trust_policy_can_hold_is_a_fault_of_the_policy() =>
        Assert.Contains("'role' is a role of the trust policy", Assert.Throws<PolicyException>(() => TriedAdapter.Policy("margin: 0.05, role: The Trainer")).Message, StringComparison.Ordinal);

    [Theory]
    [InlineData("trainer", Outcome.Passed, Reason.BoundClearsMargin)]
    [InlineData("reviewer", Outcome.Undecided, Reason.SignatureMissing)]
    public void Without_the_trust_policy_the_decision_comes_out_the_same_as_it_tells_who_signed(string signer, Outcome outcome, string reason)
    {
        var (policy, decision) = (TriedAdapter.Policy(Parameters), TriedAdapter.Decision(Trials, Own, Parameters, People(), Signed(signer)));
        var evidence = TriedAdapter.Evidence(Trials, Own, Signature(decision));
        var again = new ToldPeople(policy, decision, DigestOf("gate")).Complete(DecisionMaker.Decide(ToldPeople.WithoutSigners(policy), evidence, Day));
        Assert.Equal((outcome, reason), (again.Rules[0].Outcome, again.Rules[0].Reason));
        Assert.Empty(DecisionDifference.Of(decision, again));
    }

    [Fact]
    public void Trials_whose_evaluations_are_not_at_hand_are_not_decided_with_or_without_the_trust_policy()
    {
        var (policy, bundle) = (TriedAdapter.Policy(Parameters), Signed("trainer"));
        var evidence = TriedAdapter.Evidence(Trials, Own, bundle) with { TrialEvaluations = [] };
        var decision = DecisionMaker.Decide(policy, evidence with { Endorsements = new Endorsements { Trust = People(), GateKey = DigestOf("gate") } }, Day);
        Assert.Equal((Outcome.Undecided, Reason.TrialSourcesMissing), (decision.Rules[0].Outcome, decision.Rules[0].Reason));
        Assert.Empty(DecisionDifference.Of(decision, new ToldPeople(policy, decision, DigestOf("gate")).Complete(DecisionMaker.Decide(ToldPeople.WithoutSigners(policy), evidence, Day))));
    }

    [Fact]
    public void A_decision_that_passes_without_citing_the_signature_that_its_policy_asks_for_comes_out_otherwise()
    {
        var (policy, decision) = (TriedAdapter.Policy(Parameters), TriedAdapter.Decision(Trials, Own, "margin: 0.05", People()));
        var evidence = TriedAdapter.Evidence(Trials, Own);
        var again = new ToldPeople(policy, decision, DigestOf("gate")).Complete(DecisionMaker.Decide(ToldPeople.WithoutSigners(policy), evidence, Day));
        Assert.Equal((Outcome.Undecided, Reason.SignatureMissing), (again.Rules[0].Outcome, again.Rules[0].Reason));
        Assert.NotEmpty(DecisionDifference.Of(decision, again));
    }

    public void Dispose() => _trust.Dispose();

    private void AssertMissing(string because, byte[]? signature)
    {
        var rule = Assert.Single(TriedAdapter.Decision(Trials, Own, Parameters, People(), signature).Rules);
        Assert.Equal((Outcome.Undecided, Reason.SignatureMissing), (rule.Outcome, rule.Reason));
        Assert.Contains(because, rule.Summary, StringComparison.Ordinal);
        Assert.Equal(Cited, rule.Evidence);
    }

    private TrustPolicy People() => _trust.Policy("trainer-09: author|trainer", "trainer-08: author|lost compromised=2026-06-30T00:00:00Z", "reviewer-17: reviewer|reviewer");

    private byte[] Signed(string key) => _signed.TryGetValue(key, out var bundle) ? bundle : _signed[key] = Attestation.Sign(TrialProvenance.Of(Trials.Record), _trust.Key(key));

    private byte[] Signature(Decision decision) => _signed.Values.First(bundle => decision.Evidence.Any(link => link.Digest == Artifacts.Digest.Of(bundle)));
}

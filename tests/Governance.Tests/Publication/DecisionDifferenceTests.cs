using Loragate.Artifacts.Records.Deciding;
using Loragate.Artifacts.Records.Merging;
using Loragate.Governance.Deciding;
using Loragate.Governance.Tests.Deciding;

namespace Loragate.Governance.Publication;

/// <summary>A decision of an earlier version, held against the same one made again.</summary>
public sealed class DecisionDifferenceTests
{
    private static readonly Decision Again = DecisionMaker.Decide(
        Tests.Policies.PolicyTests.Parse(Tests.Policies.PolicyTests.Example().Replace("    check: merge-fidelity\n", "    check: merge-fidelity\n    maximumStep: 6\n", StringComparison.Ordinal)),
        new Evidence { Inspection = SampleEvidence.Inspection(), Receipt = SampleEvidence.Receipt(fidelity: new Fidelity(10, 0, 1, 10, 0.01) { LargestStep = 7 }) },
        SampleEvidence.Day);

    [Fact]
    public void A_reason_that_an_earlier_version_named_otherwise_is_unproved_and_no_fault_of_the_evidence()
    {
        var earlier = Told(rule => rule with { Reason = Reason.UpdateLost, Summary = "As it was said then." });
        Assert.Empty(DecisionDifference.Of(earlier, Again));
        Assert.Contains("is 'update-lost', as an earlier version of loragate named it: this one names it 'weights-harmed'", Assert.Single(DecisionDifference.Renamed(earlier, Again)), StringComparison.Ordinal);
        Assert.Empty(DecisionDifference.Renamed(Again, Again));
    }

    [Fact]
    public void A_reason_that_no_version_gave_or_that_comes_with_another_outcome_or_figure_is_a_difference()
    {
        Assert.Contains("in: reason", Assert.Single(DecisionDifference.Of(Told(rule => rule with { Reason = "all-is-well" }), Again)), StringComparison.Ordinal);
        Assert.Contains("in: figure, reason", Assert.Single(DecisionDifference.Of(Told(rule => rule with { Reason = Reason.UpdateLost, Figure = new Figure(0.9, 0.1) }), Again)), StringComparison.Ordinal);
        Assert.Contains("in: outcome, reason", Assert.Single(DecisionDifference.Of(Told(rule => rule with { Reason = Reason.UpdateLost, Outcome = Outcome.Passed }), Again)), StringComparison.Ordinal);
    }

    private static Decision Told(Func<RuleResult, RuleResult> tell) => Again with { Rules = [.. Again.Rules.Select(rule => rule.Reason == Reason.WeightsHarmed ? tell(rule) : rule)] };
}

using Loragate.Artifacts;
using Loragate.Artifacts.Records;
using Loragate.Artifacts.Records.Deciding;
using Loragate.Artifacts.Records.Planning;
using Loragate.Governance.Publication;
using Loragate.Governance.Reports;
using Record = Loragate.Artifacts.Records.Record;

namespace Loragate.Cli.Verbs;

/// <summary>A report whose decision is another than its evidence and its policy give, under the gate's own key.</summary>
public sealed class ForgedDecisionTests(FinishedDemo demo)
{
    [Fact]
    public void A_decision_that_does_not_follow_is_refused_even_under_the_gates_own_key()
    {
        var contents = ReportEvidence.OfDossier(demo.DossierOf("routing-biased"), _ => null).ToContents(signaturesAreChecked: true);
        var decision = contents.Decision with
        {
            Verdict = Verdict.Approved,
            Rules = [.. contents.Decision.Rules.Select(rule => rule with { Outcome = Outcome.Passed })],
        };
        var file = contents.Files.Single(one => one.Path == "decision.json") with { Bytes = decision.ToCanonicalJson() };
        demo.AssertRefused(
            demo.Sign(contents with { Decision = decision, Files = [.. contents.Files.Where(one => one.Path != file.Path && one.Path != "verdict.sigstore.json"), new EvidenceFile(file.Path, file.Bytes, file.Time)] }),
            "comes out otherwise from the evidence inside");
    }

    [Theory]
    [InlineData(true, "it is not the plan that the policy asks for of what was scored: seed")]
    [InlineData(false, "the decision rests on scores and on no plan that was fixed before them")]
    public void A_plan_that_is_not_the_decisions_is_refused_even_under_the_gates_own_key(bool isThere, string because)
    {
        var contents = ReportEvidence.OfDossier(demo.DossierOf("routing-biased"), _ => null).ToContents(signaturesAreChecked: true);
        var file = contents.Files.Single(one => one.Path == "plan.json");
        var plan = new EvidenceFile(file.Path, (Record.Parse<EvaluationPlan>(file.Bytes, file.Path) with { Seed = 9 }).ToCanonicalJson(), file.Time);
        var decision = contents.Decision with { Evidence = [.. contents.Decision.Evidence.Where(link => isThere || link.Path != file.Path).Select(link => link.Path == file.Path ? link with { Digest = plan.Digest } : link)] };
        var forged = new EvidenceFile("decision.json", decision.ToCanonicalJson(), file.Time);
        demo.AssertRefused(demo.Sign(contents with { Decision = decision, Files = [.. contents.Files.Where(one => one.Path is not ("plan.json" or "decision.json" or "verdict.sigstore.json")), plan, forged] }), because);
    }

    [Fact]
    public void Rules_that_the_policy_has_and_the_decision_leaves_out_are_missed() => AssertDecisionRefused(
        decision => decision with { Verdict = Verdict.Approved, Rules = Passed(decision) },
        "judges other rules than its policy has");

    [Fact]
    public void A_trust_policy_that_nobody_gives_hides_no_rule_and_no_verdict()
    {
        static Decision Trusting(Decision decision) => decision with { Trust = new TrustIdentity("people", "1", Digest.Of("any"u8)), Authors = [], Approvals = [] };
        AssertDecisionRefused(decision => Trusting(decision) with { Verdict = Verdict.Approved, Rules = Passed(decision) }, "judges other rules than its policy has");
        AssertDecisionRefused(decision => Trusting(decision) with { Verdict = Verdict.Approved }, "gives 'Rejected', the decision says 'Approved'");
        AssertDecisionRefused(decision => Trusting(decision) with { Verdict = Verdict.Approved, Rules = [.. decision.Rules.Select(rule => rule with { Severity = Severity.Warn })] }, "comes out otherwise");
    }

    [Fact]
    public void A_rule_that_is_called_waived_rests_on_a_waiver_inside() => AssertDecisionRefused(
        decision => decision with
        {
            Trust = new TrustIdentity("people", "1", Digest.Of("any"u8)),
            Verdict = Verdict.Approved,
            Rules = [.. decision.Rules.Select(rule => rule.Outcome == Outcome.Passed ? rule : rule with { Outcome = Outcome.Waived })],
        },
        "no waiver inside");

    [Fact]
    public void Whatever_a_decision_says_comes_out_again_or_is_refused()
    {
        static Decision Each(Decision decision, Func<RuleResult, RuleResult> forge) => decision with { Rules = [.. decision.Rules.Select(forge)] };
        (Func<Decision, Decision> Forge, string Because)[] forgeries =
        [
            (decision => Each(decision, rule => rule with { Figure = new Figure(0.001, 0.9) }), "in: figure"),
            (decision => Each(decision, rule => rule with { Reason = "all-is-well" }), "in: reason"),
            (decision => Each(decision, rule => rule with { Task = "pairs", Metric = "another" }), "in: metric"),
            (decision => Each(decision, rule => rule with { Controls = ["eu-ai-act:15"] }), "in: controls"),
            (decision => Each(decision, rule => rule with { Evidence = [] }), "in: evidence"),
            (decision => decision with { Tasks = [.. decision.Tasks.Select(task => task with { Pinned = !task.Pinned })] }, "'tasks' comes out otherwise"),
            (decision => decision with { Quorum = [new RoleQuorum("reviewer", 1, 0)] }, "'quorum' comes out otherwise"),
            (decision => decision with { AuthorsMayApprove = true }, "'authorsMayApprove' comes out otherwise"),
            (decision => decision with { Authors = ["somebody"] }, "'authors' comes out otherwise"),
            (decision => decision with { Policy = decision.Policy with { Version = "9" } }, "'policy' comes out otherwise"),
        ];
        Assert.All(forgeries, forgery => AssertDecisionRefused(forgery.Forge, forgery.Because));
        // Nor does a trust policy that nobody gives hide a number.
        AssertDecisionRefused(
            decision => Each(decision, rule => rule with { Figure = new Figure(0.001, 0.9) }) with { Trust = new TrustIdentity("people", "1", Digest.Of("any"u8)), Authors = [], Approvals = [] },
            "in: figure");
    }

    [Fact]
    public void A_decision_that_rests_on_two_records_of_one_kind_or_on_one_twice_is_refused()
    {
        var contents = ReportEvidence.OfDossier(demo.DossierOf("routing-biased"), _ => null).ToContents(signaturesAreChecked: true);
        var inspection = contents.Files.Single(file => file.Path == "inspection.json");
        var copy = new EvidenceFile("second.json", inspection.Bytes, inspection.Time);
        byte[] Holding(EvidenceLink link, params EvidenceFile[] more)
        {
            var decision = contents.Decision with { Evidence = [.. contents.Decision.Evidence, link] };
            var forged = new EvidenceFile("decision.json", decision.ToCanonicalJson(), contents.Run.Created);
            return demo.Sign(contents with { Decision = decision, Files = [.. contents.Files.Where(file => file.Path != forged.Path), forged, .. more] });
        }
        demo.AssertRefused(Holding(new EvidenceLink(copy.Path, "loragate.inspection/1", copy.Digest), copy), "two records of loragate.inspection/1");
        demo.AssertRefused(Holding(new EvidenceLink("inspection.json", "loragate.inspection/1", copy.Digest)), "'inspection.json' twice");
    }

    private static RuleResult[] Passed(Decision decision) => [.. decision.Rules.Where(rule => rule.Outcome == Outcome.Passed)];

    /// <summary>A rejected adapter's report with another decision and without the verdict on the true one, under the gate's own key.</summary>
    private void AssertDecisionRefused(Func<Decision, Decision> forge, string because)
    {
        var contents = ReportEvidence.OfDossier(demo.DossierOf("routing-biased"), _ => null).ToContents(signaturesAreChecked: true);
        var decision = forge(contents.Decision);
        var forged = new EvidenceFile("decision.json", decision.ToCanonicalJson(), contents.Run.Created);
        demo.AssertRefused(demo.Sign(contents with { Decision = decision, Files = [.. contents.Files.Where(file => file.Path != forged.Path && file.Path != "verdict.sigstore.json"), forged] }), because);
    }
}

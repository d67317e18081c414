using System.Text;
using Loragate.Artifacts.Records;
using Loragate.Artifacts.Records.Deciding;
using Loragate.Governance.Publication;
using Loragate.Governance.Reports;
using Record = Loragate.Artifacts.Records.Record;

namespace Loragate.Cli.Verbs;

/// <summary>A report alone, with the gate's key from elsewhere, is all that an auditor has.</summary>
public sealed class ReportFileTests(FinishedDemo demo)
{
    [Theory]
    [InlineData("routing-good")]
    [InlineData("routing-biased")]
    [InlineData("routing-noop")]
    public void A_report_proves_itself(string adapter)
    {
        var shown = demo.Verify(demo.ReportOf(adapter));
        Assert.True(shown.ExitCode == 0, shown.Error);
        Assert.Contains("decided again, with the same bytes", shown.Error, StringComparison.Ordinal);
        Assert.Contains("drawn again from the evidence inside", shown.Error, StringComparison.Ordinal);
        Assert.Contains("the decision is logged in 'loragate.example/demo'", shown.Error, StringComparison.Ordinal);
        var hasPlan = File.Exists(Path.Combine(demo.DossierOf(adapter), "plan.json"));
        Assert.Equal(hasPlan, shown.Error.Contains("the plan is logged in 'loragate.example/demo' before the decision", StringComparison.Ordinal));
    }

    [Fact]
    public void Machines_read_what_a_report_proves()
    {
        var output = Executable.Must("verify", demo.ReportOf("routing-good"), "--key", demo.PublicKey, "--policy", Executable.DemoPolicy, "--data", Executable.Samples, "--json").Output;
        var result = Record.Parse<Verification>(Encoding.UTF8.GetBytes(output[..^1]), "standard output");
        Assert.Equal(("report", true), (result.Kind, result.Holds));
        Assert.Contains(result.NotProved, sentence => sentence.Contains("--vkey", StringComparison.Ordinal));
    }

    [Fact]
    public void Evidence_expires_by_a_rule_that_the_release_depends_on_and_that_passed_alone()
    {
        var evidence = ReportEvidence.OfDossier(demo.DossierOf("routing-good"), _ => null);
        DateOnly? Until(Func<RuleResult, RuleResult> judge)
        {
            var decision = evidence.Decision with { Rules = [.. evidence.Decision.Rules.Select(rule => rule.Check == "evidence-freshness" ? judge(rule) : rule)] };
            // What a ledger holds is the decision as it was.
            return ReportEvidence.Of(evidence.Files.Where(file => file.Path != "decision.tlog-proof").Select(file => file.Path == "decision.json" ? new EvidenceFile(file.Path, decision.ToCanonicalJson(), file.Time) : file)).ToContents(signaturesAreChecked: true).FreshUntil;
        }
        Assert.Equal(DateOnly.FromDateTime(evidence.Records.Run.Created.UtcDateTime).AddDays(30), Until(rule => rule));
        Assert.Null(Until(rule => rule with { Outcome = Outcome.Waived }));
        Assert.Null(Until(rule => rule with { Severity = Severity.Warn }));
    }

    [Theory]
    [InlineData("routing-good")]
    [InlineData("routing-biased")]
    public void The_gate_takes_its_merge_back_and_the_decision_rests_on_that_proof(string adapter)
    {
        var records = ReportEvidence.OfDossier(demo.DossierOf(adapter), _ => null).Records;
        Assert.True(records.Unmerge!.Record.IsOf(records.Receipt!.Record));
        Assert.Contains(records.Unmerge.Digest, records.Decision.Rules.Single(rule => rule.Check == "merge-fidelity").Evidence);
    }
}

using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Loragate.Artifacts;
using Loragate.Artifacts.Records;
using Loragate.Artifacts.Records.Deciding;
using Loragate.Artifacts.Records.Planning;
using Loragate.Governance.Keys;
using Loragate.Governance.Ledger;
using Loragate.Governance.Publication;
using Loragate.Governance.Reports;
using Loragate.Governance.Reports.Fonts;
using Loragate.Governance.Signing;
using Loragate.Governance.Statements;
using Loragate.Testing;
using Record = Loragate.Artifacts.Records.Record;

namespace Loragate.Cli.Verbs;

/// <summary>A report alone, with the gate's key from elsewhere, is all that an auditor has.</summary>
public sealed class ReportFileTests(FinishedDemo demo) : IDisposable
{
    private readonly TempFolder _temp = new();

    [Theory]
    [InlineData("routing-good")]
    [InlineData("routing-biased")]
    [InlineData("routing-noop")]
    public void A_report_proves_itself(string adapter)
    {
        var shown = Verify(ReportOf(adapter));
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
        var output = Executable.Must("verify", ReportOf("routing-good"), "--key", demo.PublicKey, "--policy", Executable.DemoPolicy, "--data", Executable.Samples, "--json").Output;
        var result = Record.Parse<Verification>(Encoding.UTF8.GetBytes(output[..^1]), "standard output");
        Assert.Equal(("report", true), (result.Kind, result.Holds));
        Assert.Contains(result.NotProved, sentence => sentence.Contains("--vkey", StringComparison.Ordinal));
    }

    [Fact]
    public void Evidence_that_was_swapped_is_refused_even_under_the_gates_own_key()
    {
        var evidence = ReportEvidence.OfDossier(demo.DossierOf("routing-biased"), _ => null);
        var contents = evidence.ToContents(signaturesAreChecked: true);
        var good = ReportEvidence.OfDossier(demo.DossierOf("routing-good"), _ => null).Files.Single(file => file.Path == "evaluations/candidate/pairs.json");
        AssertRefused(Sign(contents with { Files = [.. contents.Files.Where(file => file.Path != good.Path), good] }), "evaluations/candidate/pairs.json");
    }

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
        AssertRefused(
            Sign(contents with { Decision = decision, Files = [.. contents.Files.Where(one => one.Path != file.Path && one.Path != "verdict.sigstore.json"), new EvidenceFile(file.Path, file.Bytes, file.Time)] }),
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
        AssertRefused(Sign(contents with { Decision = decision, Files = [.. contents.Files.Where(one => one.Path is not ("plan.json" or "decision.json" or "verdict.sigstore.json")), plan, forged] }), because);
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
            return Sign(contents with { Decision = decision, Files = [.. contents.Files.Where(file => file.Path != forged.Path), forged, .. more] });
        }
        AssertRefused(Holding(new EvidenceLink(copy.Path, "loragate.inspection/1", copy.Digest), copy), "two records of loragate.inspection/1");
        AssertRefused(Holding(new EvidenceLink("inspection.json", "loragate.inspection/1", copy.Digest)), "'inspection.json' twice");
    }

    [Fact]
    public void What_nobody_trusted_signed_is_read_no_further()
    {
        _ = KeyFile.New(_temp.PathTo("other.pem"), KeyType.P256);
        using var other = SigningKey.Read(_temp.PathTo("other.pem"));
        var contents = ReportEvidence.OfDossier(demo.DossierOf("routing-good"), _ => null).ToContents(signaturesAreChecked: true);
        var planted = new EvidenceFile("inspection.json", "no record"u8.ToArray(), contents.Run.Created);
        var report = AuditReport.Render(contents with { Files = [.. contents.Files.Where(file => file.Path != planted.Path), planted] }, ReportLanguage.English, FontSet.Bundled, new Signer(other));
        var shown = Verify(_temp.Write("planted.pdf", report));
        Assert.Equal(3, shown.ExitCode);
        Assert.Contains("no more of the report was read", shown.Error, StringComparison.Ordinal);
        Assert.DoesNotContain(planted.Path, shown.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void A_statement_about_something_else_is_refused_even_under_the_gates_own_key()
    {
        var contents = ReportEvidence.OfDossier(demo.DossierOf("routing-good"), _ => null).ToContents(signaturesAreChecked: true);
        using var key = SigningKey.Read(demo.Key);
        void Refused(string file, byte[] planted, string because) =>
            AssertRefused(Sign(contents with { Files = [.. contents.Files.Where(one => one.Path != file), new EvidenceFile(file, planted, contents.Run.Created)] }), because);
        var receipt = contents.Merge!;
        Refused("merge.sigstore.json", Attestation.Sign(MergeProvenance.Of(receipt with { Base = receipt.Base with { Name = "another" } }, "merge-receipt.json"), key), "something else of the merge");
        Refused("evaluation.sigstore.json", File.ReadAllBytes(Path.Combine(demo.DossierOf("routing-dora"), "evaluation.sigstore.json")), "something else of the tests");
        Refused("model.sig", File.ReadAllBytes(Path.Combine(demo.DossierOf("routing-dora"), "model.sig")), "it signs other files than the adapter's");
        AssertRefused(Sign(contents with { Files = [.. contents.Files.Where(file => file.Path != "model.sig")] }), "other files than the adapter's and its signature");
        var verdict = Statement.Parse(SigstoreBundle.Parse(contents.Files.Single(file => file.Path == "verdict.sigstore.json").Bytes, "v").Envelope.Payload, "v");
        Refused("verdict.sigstore.json", Attestation.Sign(verdict with { Subjects = [new Subject("another", Digest.Of("any"u8))] }, key), "other files than the adapter's and its signature");
        var summary = JsonNode.Parse(verdict.Predicate.GetRawText())!;
        summary["verificationResult"] = "FAILED";
        Refused("verdict.sigstore.json", Attestation.Sign(verdict with { Predicate = JsonSerializer.SerializeToElement(summary) }, key), "name different policies or verdicts");
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

    [Fact]
    public void That_nothing_proves_the_decision_logged_is_told()
    {
        var evidence = ReportEvidence.OfDossier(demo.DossierOf("routing-good"), _ => null);
        var contents = ReportEvidence.Of(evidence.Files.Where(file => file.Path != "decision.tlog-proof")).ToContents(signaturesAreChecked: true);
        var report = _temp.Write("unlogged.pdf", Sign(contents));
        Assert.Contains("Not proved: that a ledger holds the decision: no proof of it is inside", Executable.Must("verify", report, "--key", demo.PublicKey).Error, StringComparison.Ordinal);
        Assert.Equal(3, Verify(report).ExitCode);
    }

    [Fact]
    public void A_plan_that_is_not_logged_or_only_after_its_decision_is_refused()
    {
        var evidence = ReportEvidence.OfDossier(demo.DossierOf("routing-good"), _ => null);
        byte[] With(params EvidenceFile[] proof) => Sign(ReportEvidence.Of([.. evidence.Files.Where(file => file.Path != "plan.tlog-proof"), .. proof]).ToContents(signaturesAreChecked: true));
        AssertRefused(With(), "plan.tlog-proof: the plan is not proved to be in the ledger");
        using var key = LedgerKey.Read(demo.LedgerKey);
        // What is logged already is not logged again: another policy makes it another entry.
        var late = PlanEntry.Of(evidence.Records.Plan!.Record, evidence.Decision.Policy with { Version = "later" }, evidence.Decision.Adapter, evidence.Records.Run.Created);
        _ = new LedgerWriter(LedgerFolder.Open(_temp.Copy(demo.Ledger, "ledger")), key).Log(late, _temp.PathTo("late.tlog-proof"), TestContext.Current.CancellationToken);
        AssertRefused(With(new EvidenceFile("plan.tlog-proof", File.ReadAllBytes(_temp.PathTo("late.tlog-proof")), evidence.Records.Run.Created)), "the plan was logged after the decision");
    }

    [Theory]
    [InlineData("verdict.sigstore.json")]
    [InlineData("merge.sigstore.json")]
    [InlineData("evaluation.sigstore.json")]
    public void A_statement_that_was_left_out_is_missed(string statement)
    {
        var contents = ReportEvidence.OfDossier(demo.DossierOf("routing-good"), _ => null).ToContents(signaturesAreChecked: true);
        AssertRefused(Sign(contents with { Files = [.. contents.Files.Where(file => file.Path != statement)] }), $"{statement}: missing");
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

    [Fact]
    public void The_proof_of_another_unmerge_is_refused_even_where_the_decision_rests_on_it()
    {
        var contents = ReportEvidence.OfDossier(demo.DossierOf("routing-biased"), _ => null).ToContents(signaturesAreChecked: true);
        var other = new EvidenceFile("unmerge-receipt.json", File.ReadAllBytes(Path.Combine(demo.DossierOf("routing-good"), "unmerge-receipt.json")), contents.Run.Created);
        var decision = contents.Decision with { Evidence = [.. contents.Decision.Evidence.Select(link => link.Path == other.Path ? link with { Digest = other.Digest } : link)] };
        var forged = new EvidenceFile("decision.json", decision.ToCanonicalJson(), contents.Run.Created);
        AssertRefused(Sign(contents with { Decision = decision, Files = [.. contents.Files.Where(file => file.Path != forged.Path && file.Path != other.Path), forged, other] }), "it is of another");
    }

    [Fact]
    public void Bytes_that_were_swapped_in_the_file_are_refused()
    {
        var report = File.ReadAllBytes(ReportOf("routing-good"));
        var at = report.AsSpan().IndexOf("/Desc"u8) - 400; // inside a compressed evidence file
        report[at] ^= 0x10;
        AssertRefused(report, "");
    }

    [Fact]
    public void A_number_that_was_changed_on_a_page_is_refused()
    {
        var report = File.ReadAllBytes(ReportOf("routing-good"));
        report[report.AsSpan().IndexOf("/FlateDecode"u8) + 60] ^= 1; // the first page's text
        AssertRefused(report, "changed after signing");
        // Somebody who redraws the page and signs again has another key.
        var contents = ReportEvidence.OfDossier(demo.DossierOf("routing-good"), _ => null).ToContents(signaturesAreChecked: true);
        _ = KeyFile.New(_temp.PathTo("other.pem"), KeyType.P256);
        using var other = SigningKey.Read(_temp.PathTo("other.pem"));
        var shown = contents.CandidateEvaluations[0];
        IReadOnlyList<TaskEvaluation> altered = [shown with { Report = shown.Report with { Metrics = [shown.Report.Metrics[0] with { Value = 0.999 }] } }, .. contents.CandidateEvaluations.Skip(1)];
        AssertRefused(AuditReport.Render(contents with { CandidateEvaluations = altered }, ReportLanguage.English, FontSet.Bundled, new Signer(other)), "not with the trusted key");
        // Even the gate's own key does not make other pages the evidence's own.
        AssertRefused(Sign(contents with { Build = Tool.Version, CandidateEvaluations = altered }), "the pages do not say what the evidence inside says");
    }

    [Theory]
    [InlineData("0.0.9+another", "they were drawn by another build of loragate")]
    [InlineData(null, "nothing shows that this build of loragate")]
    public void Pages_that_another_build_drew_are_told_as_not_proved_though_this_one_judged(string? build, string because)
    {
        var contents = ReportEvidence.OfDossier(demo.DossierOf("routing-good"), _ => null).ToContents(signaturesAreChecked: true);
        var report = Sign(contents with
        {
            Build = build,
            Run = contents.Run with { Host = "told otherwise" },
            Decision = contents.Decision with { Adapter = contents.Decision.Adapter with { Name = "worded otherwise" } },
        });
        var shown = Verify(_temp.Write("foreign.pdf", report));
        Assert.True(shown.ExitCode == 0, shown.Error);
        Assert.Contains($"Not proved: that the pages say what the evidence says: {because}", shown.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void Pages_of_another_build_that_this_one_draws_alike_are_proved()
    {
        var contents = ReportEvidence.OfDossier(demo.DossierOf("routing-good"), _ => null).ToContents(signaturesAreChecked: true);
        var shown = Verify(_temp.Write("alike.pdf", Sign(contents with { Build = "0.0.9+another" })));
        Assert.True(shown.ExitCode == 0, shown.Error);
        Assert.Contains("drawn again from the evidence inside", shown.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void A_report_of_a_dossier_names_the_build_that_drew_it()
    {
        Executable.Must("report", "--dossier", demo.DossierOf("routing-good"), "--output", _temp.PathTo("again.pdf"));
        Assert.All([ReportOf("routing-good"), _temp.PathTo("again.pdf")], path =>
            Assert.Contains($"<xmp:CreatorTool>loragate {Tool.Version}</xmp:CreatorTool>", Encoding.UTF8.GetString(File.ReadAllBytes(path)), StringComparison.Ordinal));
    }

    [Fact]
    public void Japanese_pages_that_this_build_draws_otherwise_from_the_same_font_are_refused()
    {
        var contents = ReportEvidence.OfDossier(demo.DossierOf("routing-good"), _ => null).ToContents(signaturesAreChecked: true);
        var shown = contents.CandidateEvaluations[0];
        IReadOnlyList<TaskEvaluation> altered = [shown with { Report = shown.Report with { Metrics = [shown.Report.Metrics[0] with { Value = 0.999 }] } }, .. contents.CandidateEvaluations.Skip(1)];
        using var key = SigningKey.Read(demo.Key);
        byte[] Drawn(ReportContents told) => AuditReport.Render(told, ReportLanguage.Japanese, FontSet.For(ReportLanguage.Japanese), new Signer(key));
        var honest = Verify(_temp.Write("honest.pdf", Drawn(contents)));
        Assert.True(honest.ExitCode == 0, honest.Error);
        Assert.Contains("drawn again from the evidence inside", honest.Error, StringComparison.Ordinal);
        AssertRefused(Drawn(contents with { Build = Tool.Version, CandidateEvaluations = altered }), "the pages do not say what the evidence inside says");
    }

    [Fact]
    public void A_report_without_its_signature_is_refused()
    {
        Executable.Must("report", "--dossier", demo.DossierOf("routing-good"), "--output", _temp.PathTo("unsigned.pdf"));
        AssertRefused(File.ReadAllBytes(_temp.PathTo("unsigned.pdf")), "not signed");
    }

    [Fact]
    public void The_proof_of_another_ledger_is_refused()
    {
        _ = KeyFile.New(_temp.PathTo("ledger.pem"), KeyType.Ed25519);
        using var key = LedgerKey.Read(_temp.PathTo("ledger.pem"));
        File.WriteAllText(_temp.PathTo("ledger.vkey"), key.VerifierFor("other.example/log") + "\n");
        var shown = Executable.Run("verify", ReportOf("routing-good"), "--key", demo.PublicKey, "--vkey", _temp.PathTo("ledger.vkey"));
        Assert.Equal(3, shown.ExitCode);
        Assert.Contains("decision.tlog-proof", shown.Error, StringComparison.Ordinal);
        // The proof of another decision in the same log, under the gate's own key.
        var contents = ReportEvidence.OfDossier(demo.DossierOf("routing-good"), _ => null).ToContents(signaturesAreChecked: true);
        var other = new EvidenceFile("decision.tlog-proof", File.ReadAllBytes(Path.Combine(demo.DossierOf("routing-noop"), "decision.tlog-proof")), contents.Run.Created);
        AssertRefused(Sign(contents with { Files = [.. contents.Files.Where(file => file.Path != other.Path), other] }), "is not about 'decision.json'");
    }

    [Theory]
    [InlineData("decision.tlog-proof", "routing-dora", "the logged entry is not about 'decision.json'")]
    [InlineData("plan.tlog-proof", "routing-good", "the logged entry is a 'decision', not a 'plan'")]
    public void A_proof_of_something_else_is_printed_nowhere_and_refused_without_the_ledgers_key_too(string proof, string adapter, string because)
    {
        var dossier = _temp.Copy(demo.DossierOf("routing-good"), "dossier");
        var contents = ReportEvidence.OfDossier(dossier, _ => null).ToContents(signaturesAreChecked: true);
        var other = Path.Combine(demo.DossierOf(adapter), "decision.tlog-proof");
        File.Copy(other, Path.Combine(dossier, proof), overwrite: true);
        var printed = Executable.Run("report", "--dossier", dossier, "--output", _temp.PathTo("report.html"));
        Assert.Equal(4, printed.ExitCode);
        Assert.Contains(because, printed.Error, StringComparison.Ordinal);
        Assert.False(File.Exists(_temp.PathTo("report.html")));
        var report = Sign(contents with { Files = [.. contents.Files.Where(file => file.Path != proof), new EvidenceFile(proof, File.ReadAllBytes(other), contents.Run.Created)] });
        var verified = Executable.Run("verify", _temp.Write("planted.pdf", report), "--key", demo.PublicKey);
        Assert.Equal(3, verified.ExitCode);
        Assert.Contains(because, verified.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void A_statement_that_somebody_else_signed_is_refused_even_under_the_gates_own_key()
    {
        var contents = ReportEvidence.OfDossier(demo.DossierOf("routing-good"), _ => null).ToContents(signaturesAreChecked: true);
        Assert.Equal(["model.sig", "verdict.sigstore.json", "merge.sigstore.json", "evaluation.sigstore.json"], contents.Signatures.Select(note => note.File));
        _ = KeyFile.New(_temp.PathTo("other.pem"), KeyType.P256);
        using var other = SigningKey.Read(_temp.PathTo("other.pem"));
        var statement = MergeProvenance.Of(contents.Merge!, "merge-receipt.json");
        var planted = new EvidenceFile("merge.sigstore.json", Attestation.Sign(statement, other), contents.Run.Created);
        AssertRefused(Sign(contents with { Files = [.. contents.Files.Where(file => file.Path != planted.Path), planted] }), "merge.sigstore.json");
    }

    [Fact]
    public void An_update_that_was_appended_is_refused()
    {
        var report = File.ReadAllBytes(ReportOf("routing-good"));
        var text = Encoding.Latin1.GetString(report);
        var table = text[(text.LastIndexOf("startxref\n", StringComparison.Ordinal) + 10)..text.LastIndexOf("\n%%EOF", StringComparison.Ordinal)];
        var root = System.Text.RegularExpressions.Regex.Match(text, @"/Root (\d+) 0 R").Groups[1].Value;
        const string planted = "9000 0 obj\n<</Planted true>>\nendobj\n";
        var appended = $"{planted}xref\n9000 1\n{report.Length:0000000000} 00000 n \ntrailer\n<</Size 9001 /Root {root} 0 R /Prev {table}>>\nstartxref\n{report.Length + planted.Length}\n%%EOF\n";
        AssertRefused([.. report, .. Encoding.Latin1.GetBytes(appended)], "does not cover the whole file");
    }

    [Fact]
    public void What_is_no_report_is_malformed()
    {
        var shown = Verify(_temp.Write("note.pdf", "a note"u8));
        Assert.Equal(4, shown.ExitCode);
        Assert.Contains("note.pdf", shown.Error, StringComparison.Ordinal);
    }

    public void Dispose() => _temp.Dispose();

    private string ReportOf(string adapter) => Path.Combine(demo.DossierOf(adapter), "report.pdf");

    private ShellResult Verify(string report) => Executable.Run("verify", report, "--key", demo.PublicKey, "--vkey", demo.VKey);

    private byte[] Sign(ReportContents contents)
    {
        using var key = SigningKey.Read(demo.Key);
        return AuditReport.Render(contents, ReportLanguage.English, FontSet.Bundled, new Signer(key));
    }

    private static RuleResult[] Passed(Decision decision) => [.. decision.Rules.Where(rule => rule.Outcome == Outcome.Passed)];

    /// <summary>A rejected adapter's report with another decision and without the verdict on the true one, under the gate's own key.</summary>
    private void AssertDecisionRefused(Func<Decision, Decision> forge, string because)
    {
        var contents = ReportEvidence.OfDossier(demo.DossierOf("routing-biased"), _ => null).ToContents(signaturesAreChecked: true);
        var decision = forge(contents.Decision);
        var forged = new EvidenceFile("decision.json", decision.ToCanonicalJson(), contents.Run.Created);
        AssertRefused(Sign(contents with { Decision = decision, Files = [.. contents.Files.Where(file => file.Path != forged.Path && file.Path != "verdict.sigstore.json"), forged] }), because);
    }

    private void AssertRefused(byte[] report, string because)
    {
        var shown = Verify(_temp.Write("planted.pdf", report));
        Assert.True(shown.ExitCode == 3, $"{shown.ExitCode}: {shown.Error}");
        Assert.Contains(because, shown.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("words it otherwise", shown.Error, StringComparison.Ordinal);
    }
}

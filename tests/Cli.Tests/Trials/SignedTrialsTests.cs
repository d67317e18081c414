using System.Text.RegularExpressions;
using Loragate.Artifacts;
using Loragate.Artifacts.Records.Deciding;
using Loragate.Artifacts.Records.Evaluating;
using Loragate.Artifacts.Records.Training;
using Loragate.Governance.Dossiers;
using Loragate.Governance.Keys;
using Loragate.Governance.Signing;
using Loragate.Governance.Statements;
using Loragate.Testing;
using Record = Loragate.Artifacts.Records.Record;

namespace Loragate.Cli.Trials;

/// <summary>Trials as evidence: who signed them, and what their report says otherwise than the records that it was made from.</summary>
public sealed class SignedTrialsTests(SignedTrials sample) : IClassFixture<SignedTrials>, IDisposable
{
    private const string Evaluation = "trials/own/sample_routing.json";

    private readonly TempFolder _temp = new();

    [Theory]
    [InlineData("trial", "show")]
    [InlineData("recommend")]
    public void Whoever_looks_is_told_who_signed_and_may_verify_it(params string[] verb)
    {
        ShellResult Look(params string[] more) => Executable.Run([.. verb, "--trials", sample.Trials, .. more]);
        Assert.Contains($"Signed, by its own word, with key {Public("trainer").Hint}: the signature was not verified.", Look().Error, StringComparison.Ordinal);
        Assert.Contains($"Verified: these trials are signed with key {Public("trainer").Hint.Abbreviated}", Look("--key", sample.Key("trainer") + ".pub").Error, StringComparison.Ordinal);
        Assert.Contains("signed with a key of the role 'author' in the trust policy 'people'", Look("--trust", sample.Trust).Error, StringComparison.Ordinal);
        var stranger = Look("--key", sample.Key("stranger") + ".pub");
        Assert.Equal(3, stranger.ExitCode);
        Assert.Contains("trial.sigstore.json", stranger.Error, StringComparison.Ordinal);

        var unsigned = _temp.Copy(sample.Trials, "unsigned");
        File.Delete(Signature(unsigned));
        Assert.Contains("Nobody signed these trials.", Executable.Run([.. verb, "--trials", unsigned]).Error, StringComparison.Ordinal);
        Assert.Equal(3, Executable.Run([.. verb, "--trials", unsigned, "--key", sample.Key("trainer") + ".pub"]).ExitCode);
    }

    [Fact]
    public void A_run_that_goes_on_signs_at_its_end_keeps_its_own_signature_and_takes_nobody_elses_away()
    {
        var before = File.ReadAllBytes(Signature(sample.Trials));
        Executable.Must(sample.Run("trainer"));
        Assert.Equal(before, File.ReadAllBytes(Signature(sample.Trials)));
        Executable.Must(sample.Run(null));
        Assert.Equal(before, File.ReadAllBytes(Signature(sample.Trials)));
        var other = Executable.Run(sample.Run("stranger"));
        Assert.Equal(4, other.ExitCode);
        Assert.Contains("another signer's signature over these trials lies here", other.Error, StringComparison.Ordinal);
        Assert.Equal(before, File.ReadAllBytes(Signature(sample.Trials)));
    }

    [Fact]
    public void A_run_without_a_key_leaves_no_signature_beside_a_report_that_it_is_not_over()
    {
        var (trials, before) = (_temp.Copy(sample.Trials, "again"), File.ReadAllBytes(Path.Combine(sample.Trials, TrialReport.FileName)));
        var changed = Change(trials, report => report with { Name = "another" });
        File.WriteAllBytes(Signature(trials), Signed(changed, "trainer"));
        var told = Executable.Must(RunIn(trials, null)).Error;
        Assert.Contains($"{Signature(trials)} was removed: it was over another trial-report.json than the one that this run wrote.", told, StringComparison.Ordinal);
        Assert.Equal(before, File.ReadAllBytes(Path.Combine(trials, TrialReport.FileName)));
        Assert.False(File.Exists(Signature(trials)));
    }

    [Theory]
    [InlineData("missing", "1 of the 5 receipts and evaluations that the report of the trials names are not there any more")]
    [InlineData("another", "where the report of the trials names")]
    [InlineData("told", "other scores of items of sample_routing than its evaluation has")]
    public void What_is_signed_has_every_record_that_it_names_beside_it(string fault, string words)
    {
        var trials = _temp.Copy(sample.Trials, "signing");
        TriedFolder.Read(trials).RequireSources(TestContext.Current.CancellationToken);
        var path = Path.Combine(trials, "evaluations", "1", SignedTrials.Id, "sample_routing.json");
        if (fault == "missing")
            File.Delete(path);
        else if (fault == "another")
            File.Copy(Path.Combine(trials, "evaluations", "base", "sample_routing.json"), path, overwrite: true);
        var tried = TriedFolder.Read(trials);
        if (fault == "told")
            tried = tried with { Report = tried.Report with { Results = [.. tried.Report.Results.Select(result => result with { Task = result.Task with { Scores = [.. result.Task.Scores.Select(score => 1 - score)] } })] } };
        Assert.Contains(words, Assert.Throws<IntegrityException>(() => tried.RequireSources(TestContext.Current.CancellationToken)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_run_with_a_key_does_not_sign_a_score_that_somebody_put_there()
    {
        var trials = _temp.Copy(sample.Trials, "planted");
        var path = Path.Combine(trials, "evaluations", "base", "sample_routing.json");
        var evaluation = Record.ReadFile<EvaluationReport>(path);
        var worse = evaluation.Items.Select(item => item with { Scores = item.Scores.ToDictionary(score => score.Key, score => score.Key == "acc" ? 0 : score.Value) }).ToList();
        File.WriteAllBytes(path, (evaluation with { Items = worse, Metrics = [.. evaluation.Metrics.Select(metric => metric.Name == "acc" ? metric with { Value = 0, StandardError = 0 } : metric)] }).ToCanonicalJson());
        Assert.Contains($"{path} was not reused: no run with this key made it from these inputs.", Executable.Must(RunIn(trials, "trainer")).Error, StringComparison.Ordinal);
        Assert.All(new[] { TrialReport.FileName, TrialFiles.Signature }, file => Assert.Equal(File.ReadAllBytes(Path.Combine(sample.Trials, file)), File.ReadAllBytes(Path.Combine(trials, file))));
        Assert.Equal(evaluation.ComputeDigest(), Record.ReadFile<EvaluationReport>(path).ComputeDigest());
    }

    [Fact]
    public void Signed_trials_pass_the_gate_and_dossier_and_report_verify_with_and_without_the_trust_policy()
    {
        var dossier = _temp.PathTo("dossier");
        Executable.Must(sample.Gate(sample.Trials, dossier, "--trust", sample.Trust));
        Assert.Equal(Outcome.Passed, Record.ReadFile<Decision>(Path.Combine(dossier, "decision.json")).Rules[0].Outcome);
        Assert.Equal(File.ReadAllBytes(Signature(sample.Trials)), File.ReadAllBytes(Signature(dossier)));
        Assert.All(new[] { "base", "own" }, who => Assert.True(File.Exists(Path.Combine(dossier, "trials", who, "sample_routing.json"))));
        Executable.Must("verify", dossier, "--trust", sample.Trust);
        var report = Path.Combine(dossier, "report.pdf");
        var verified = Executable.Must("verify", report, "--trust", sample.Trust).Error;
        Assert.Contains("Proved: the report of the trials is signed by somebody trusted", verified, StringComparison.Ordinal);
        Assert.Contains("Proved: the decision follows from the evidence inside", verified, StringComparison.Ordinal);
        Assert.Contains("Proved: the pages were drawn again", verified, StringComparison.Ordinal);
        var told = Executable.Must("verify", report, "--key", sample.Key("gate") + ".pub").Error;
        Assert.Contains("Not proved: what the trials showed: their report is", told, StringComparison.Ordinal);
        Executable.Must("report", "--dossier", dossier, "--output", _temp.PathTo("report.html"), "--trust", sample.Trust);
        Assert.Contains($"the gate trusts the key: {Public("trainer").Hint}", Regex.Replace(File.ReadAllText(_temp.PathTo("report.html")), "<[^>]*>", ""), StringComparison.Ordinal);

        // An exchanged report is no longer what was sealed, and an exchanged evaluation no longer what the decision rests on, even where the gate's own key seals it.
        var exchanged = _temp.Copy(dossier, "exchanged");
        Change(exchanged, trials => trials with { Name = "another" });
        AssertRefused(Executable.Run("verify", exchanged, "--trust", sample.Trust), "trial-report.json");
        var lying = _temp.Copy(dossier, "lying");
        Lie(lying, Evaluation);
        AssertRefused(Executable.Run("verify", lying, "--trust", sample.Trust), $"{Evaluation}: the decision rests on SHA-256");

        // Without trials the next run of the gate keeps none of it.
        Assert.Equal(2, Executable.Run([.. sample.Gate(sample.Trials, dossier, "--trust", sample.Trust).Where(part => part != "--trials" && part != sample.Trials)]).ExitCode);
        Assert.False(Directory.Exists(Path.Combine(dossier, "trials")) || File.Exists(Signature(dossier)));
    }

    [Fact]
    public void What_no_rule_rests_on_is_held_against_the_report_of_the_trials_even_where_the_gate_seals_it()
    {
        var (dossier, policy) = (_temp.PathTo("dossier"), ShortPlan.WritePolicy(_temp, "role: author"));
        File.WriteAllText(policy, Regex.Replace(File.ReadAllText(policy), "- {id: tried, .*}", "- {id: sound, check: inspection, severity: block, why: nobody releases what is broken}"));
        Executable.Must([.. sample.Gate(sample.Trials, dossier, "--trust", sample.Trust).Select(part => part == sample.Policy ? policy : part)]);
        Executable.Must("verify", dossier, "--trust", sample.Trust);
        var (evaluation, plan) = (_temp.Copy(dossier, "evaluation"), _temp.Copy(dossier, "plan"));
        Lie(evaluation, Evaluation);
        AssertRefused(Executable.Run("verify", evaluation, "--trust", sample.Trust), "it names no evaluation with SHA-256");
        Lie(plan, TrialFiles.Plan);
        AssertRefused(Executable.Run("verify", plan, "--trust", sample.Trust), $"{TrialFiles.Plan}: SHA-256");
    }

    [Fact]
    public void Trials_that_a_stranger_or_nobody_signed_are_taken_without_proof_and_pass_no_rule_that_asks_for_a_signature()
    {
        var (trials, dossier) = (_temp.Copy(sample.Trials, "trials"), _temp.PathTo("dossier"));
        File.WriteAllBytes(Signature(trials), Signed(Record.ReadFile<TrialReport>(Path.Combine(trials, TrialReport.FileName)), "stranger"));
        var stranger = Executable.Run(sample.Gate(trials, dossier, "--trust", sample.Trust));
        Assert.Equal(2, stranger.ExitCode);
        Assert.Contains("are taken without proof, and the report says so: signed by nobody whom the trust policy 'people' names", stranger.Error, StringComparison.Ordinal);
        Assert.Equal("signature-missing", Record.ReadFile<Decision>(Path.Combine(dossier, "decision.json")).Rules[0].Reason);
        Assert.False(File.Exists(Signature(dossier)));
        File.Delete(Signature(trials));
        var unsigned = Executable.Run(sample.Gate(trials, dossier, "--trust", sample.Trust));
        Assert.Equal(2, unsigned.ExitCode);
        Assert.Contains("the report says so: nobody signed them", unsigned.Error, StringComparison.Ordinal);
        Assert.Contains("Not proved: what the trials showed: the gate took their figures without proof", Executable.Must("verify", Path.Combine(dossier, "report.pdf"), "--trust", sample.Trust).Error, StringComparison.Ordinal);

        // Evaluations and a plan that were taken away leave figures that nothing is held against, and that is told.
        Assert.DoesNotContain("whether trials or rounds were left out is not known", unsigned.Error, StringComparison.Ordinal);
        Directory.Delete(Path.Combine(trials, "evaluations"), recursive: true);
        File.Delete(Path.Combine(trials, TrialFiles.Plan));
        var bare = Executable.Run(sample.Gate(trials, dossier, "--trust", sample.Trust));
        Assert.Equal(2, bare.ExitCode);
        Assert.Contains("4 of the 5 receipts and evaluations that the report of the trials names are not in", bare.Error, StringComparison.Ordinal);
        Assert.Contains("whether trials or rounds were left out is not known", bare.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void Signed_figures_without_their_evaluations_or_with_a_pinned_plan_that_nobody_shows_are_not_decided()
    {
        var (trials, dossier) = (_temp.Copy(sample.Trials, "trials"), _temp.PathTo("dossier"));
        var policy = ShortPlan.WritePolicy(_temp, $"role: author, trialPlan: {Digest.OfFile(sample.Plan)}");
        string[] gate = [.. sample.Gate(trials, dossier, "--trust", sample.Trust).Select(part => part == sample.Policy ? policy : part)];
        Executable.Must(gate);
        Assert.Equal(File.ReadAllBytes(sample.Plan), File.ReadAllBytes(Path.Combine(dossier, TrialFiles.Plan)));
        Assert.Contains("Proved: the decision follows from the evidence inside", Executable.Must("verify", Path.Combine(dossier, "report.pdf"), "--trust", sample.Trust).Error, StringComparison.Ordinal);

        File.Delete(Path.Combine(trials, TrialFiles.Plan));
        AssertLacking("The policy pins the plan");
        Assert.False(File.Exists(Path.Combine(dossier, TrialFiles.Plan)));
        File.Copy(sample.Plan, Path.Combine(trials, TrialFiles.Plan));
        Directory.Delete(Path.Combine(trials, TrialFiles.Evaluations), recursive: true);
        AssertLacking("The evaluation that the figures of the base on sample_routing come from is not at hand");

        void AssertLacking(string because)
        {
            Assert.Equal(2, Executable.Run(gate).ExitCode);
            var rule = Record.ReadFile<Decision>(Path.Combine(dossier, "decision.json")).Rules[0];
            Assert.Equal((Outcome.Undecided, "trial-sources-missing"), (rule.Outcome, rule.Reason));
            Assert.StartsWith(because, rule.Summary, StringComparison.Ordinal);
            Assert.Contains("Proved: the decision follows from the evidence inside", Executable.Must("verify", Path.Combine(dossier, "report.pdf"), "--trust", sample.Trust).Error, StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("edited", "the signature is not over the trial-report.json beside it")]
    [InlineData("signature of another", "the signature is not over the trial-report.json beside it")]
    [InlineData("broken signature", "the signature does not belong to this payload and key")]
    [InlineData("bytes", "bytes of")]
    [InlineData("parameters", "trained numbers of")]
    [InlineData("score", "other scores of items of sample_routing than its evaluation has")]
    [InlineData("score of the base", "base: other scores of items of sample_routing than its evaluation has")]
    [InlineData("margin", "it tells other margins than its plan")]
    [InlineData("budget", "it tells other trials, rounds or another budget than its plan")]
    [InlineData("plan", "trial-plan.yaml: SHA-256")]
    [InlineData("evaluation", "where the report of the trials names")]
    [InlineData("receipt", "where the report of the trials names")]
    public void A_report_that_says_otherwise_than_it_was_signed_or_made_is_refused_by_name_before_any_work(string lie, string fault)
    {
        var (trials, dossier) = (_temp.Copy(sample.Trials, "trials"), _temp.PathTo("dossier"));
        static TrialScore Other(TrialScore score) => score with { Scores = [1 - score.Scores[0], .. score.Scores.Skip(1)] };
        TrialReport Told(Func<TrialResult, TrialResult> change) => Change(trials, report => report with { Results = [change(report.Results[0])] });
        var told = lie switch
        {
            "edited" => Change(trials, report => report with { Margins = report.Margins with { Task = 0.3 } }),
            "bytes" => Told(result => result with { Bytes = result.Bytes - 1 }),
            "parameters" => Told(result => result with { Parameters = 1 }),
            "score" => Told(result => result with { Task = Other(result.Task) }),
            "margin" => Change(trials, report => report with { Margins = report.Margins with { Task = 0.3 } }),
            "budget" => Change(trials, report => report with { Planned = report.Planned! with { Budget = 1000 } }),
            "score of the base" => Change(trials, report => report with { Task = Other(report.Task) }),
            _ => Record.ReadFile<TrialReport>(Path.Combine(trials, TrialReport.FileName)),
        };
        if (lie is "bytes" or "parameters" or "score" or "score of the base" or "margin" or "budget")
            File.WriteAllBytes(Signature(trials), Signed(told, "trainer"));
        else if (lie is "signature of another")
            File.WriteAllBytes(Signature(trials), Signed(told with { Name = "another" }, "stranger"));
        else if (lie is "broken signature")
            Break(Signature(trials));
        else if (lie is "plan")
            File.AppendAllText(Path.Combine(trials, TrialFiles.Plan), "# another\n");
        else if (lie is "evaluation")
            File.AppendAllText(Path.Combine(trials, TrialFiles.Evaluation(TrialFiles.Place(1, SignedTrials.Id), "sample_routing")), " ");
        else if (lie is "receipt")
            File.AppendAllText(Path.Combine(trials, TrialFiles.Receipt(1, SignedTrials.Id)), " ");
        AssertRefused(Executable.Run(sample.Gate(trials, dossier, "--trust", sample.Trust)), fault);
        Assert.False(Directory.Exists(dossier));
    }

    public void Dispose() => _temp.Dispose();

    /// <summary>The command that runs the plan in a copy of the folder.</summary>
    private string[] RunIn(string trials, string? key) => [.. sample.Run(key).Select(part => part == sample.Trials ? trials : part)];

    private static void AssertRefused(ShellResult result, string fault)
    {
        Assert.Equal(3, result.ExitCode);
        Assert.Contains(fault, result.Error, StringComparison.Ordinal);
    }

    private static string Signature(string folder) => Path.Combine(folder, TrialFiles.Signature);

    private static TrialReport Change(string folder, Func<TrialReport, TrialReport> change)
    {
        var path = Path.Combine(folder, TrialReport.FileName);
        var changed = change(Record.ReadFile<TrialReport>(path));
        File.WriteAllBytes(path, changed.ToCanonicalJson());
        return changed;
    }

    /// <summary>Puts something else in the place of a file of a dossier, and has the gate seal it.</summary>
    private void Lie(string dossier, string file)
    {
        var path = Path.Combine(dossier, file);
        if (file == Evaluation)
            File.WriteAllBytes(path, (Record.ReadFile<EvaluationReport>(path) with { Truncated = [1] }).ToCanonicalJson());
        else
            File.AppendAllText(path, "# another\n");
        using var key = SigningKey.Read(sample.Key("gate"));
        DossierSeal.Sign(dossier, new Signer(key), TestContext.Current.CancellationToken);
    }

    private static void Break(string bundle)
    {
        var text = File.ReadAllText(bundle);
        var at = text.IndexOf("\"sig\":\"", StringComparison.Ordinal) + 40;
        File.WriteAllText(bundle, string.Concat(text.AsSpan(0, at), text[at] == 'A' ? "B" : "A", text.AsSpan(at + 1)));
    }

    private byte[] Signed(TrialReport report, string key)
    {
        using var opened = SigningKey.Read(sample.Key(key));
        return Attestation.Sign(TrialProvenance.Of(report), opened);
    }

    private VerificationKey Public(string key) => VerificationKey.Read(sample.Key(key) + ".pub");
}

using System.Buffers.Binary;
using System.Runtime.InteropServices;
using Loragate.Artifacts;
using Loragate.Artifacts.Folders;
using Loragate.Artifacts.Records;
using Loragate.Artifacts.Records.Deciding;
using Loragate.Artifacts.Records.Evaluating;
using Loragate.Artifacts.Records.Measuring;
using Loragate.Artifacts.Records.Training;
using Loragate.Artifacts.Safetensors;
using Loragate.Governance.Keys;
using Loragate.Governance.Publication;
using Loragate.Governance.Reports;
using Loragate.Governance.Reports.Fonts;
using Loragate.Governance.Signing;
using Loragate.Governance.Statements;
using Loragate.Governance.Statistics;
using Loragate.Testing;
using Record = Loragate.Artifacts.Records.Record;

namespace Loragate.Cli.Gate;

/// <summary>A gate that is asked to measure speed and is told of the release before.</summary>
public sealed class GateContextTests(FinishedDemo demo) : IDisposable
{
    private readonly TempFolder _temp = new();

    [Fact]
    public void Speed_and_the_release_before_are_signed_kept_and_inside_the_report_and_change_no_judgement()
    {
        var dossier = _temp.Copy(demo.DossierOf("routing-damaged"), "dossier");
        var decision = Digest.OfFile(Path.Combine(dossier, "decision.json"));
        var asked = (string[])["--measure", "--previous", demo.DossierOf("routing-good")];
        Assert.Equal(1, Gate(dossier, asked).ExitCode);
        Assert.Equal(decision, Digest.OfFile(Path.Combine(dossier, "decision.json")));
        var measured = Record.ReadFile<Measurement>(Path.Combine(dossier, "measurement.json"));
        Assert.Equal([ModelForm.Base, ModelForm.Attached, ModelForm.Merged], measured.Models.Select(model => model.Form));
        Assert.All(measured.Models, model => Assert.True(model is { FirstTokenSeconds: > 0, SecondsPerToken: > 0, MemoryBytes: > 1_000_000 }));
        Assert.Equal("routing-good", Record.ReadFile<Decision>(Path.Combine(dossier, "previous-decision.json")).Adapter.Name);
        Assert.Equal(["facts.json", "pairs.json", "routing.json"], Directory.EnumerateFiles(PreviousScores(dossier)).Select(Path.GetFileName).Order(StringComparer.Ordinal));
        Assert.All(
            Directory.EnumerateFiles(PreviousScores(dossier)),
            file => Assert.Equal(Digest.OfFile(Path.Combine(demo.DossierOf("routing-good"), "evaluations", "candidate", Path.GetFileName(file))), Digest.OfFile(file)));

        // Asked again, the figures of the same models stand, and with them every byte of the report's pages.
        var before = Digest.OfFile(Path.Combine(dossier, "measurement.json"));
        Assert.Equal(1, Gate(dossier, asked).ExitCode);
        Assert.Equal(before, Digest.OfFile(Path.Combine(dossier, "measurement.json")));
        Executable.Must("verify", dossier, "--key", demo.PublicKey);
        var report = Executable.Must("verify", Path.Combine(dossier, "report.pdf"), "--key", demo.PublicKey);
        Assert.Contains("drawn again from the evidence inside", report.Error, StringComparison.Ordinal);
        Assert.Contains("Proved: the verdict on the release before is signed by somebody trusted", report.Error, StringComparison.Ordinal);
        Assert.Equal(Digest.OfFile(Path.Combine(demo.DossierOf("routing-good"), "verdict.sigstore.json")), Digest.OfFile(Path.Combine(dossier, "previous-verdict.sigstore.json")));

        Assert.Equal(1, Gate(dossier).ExitCode);
        Assert.False(File.Exists(Path.Combine(dossier, "measurement.json")));
        Assert.False(File.Exists(Path.Combine(dossier, "previous-decision.json")) || File.Exists(Path.Combine(dossier, "previous-verdict.sigstore.json")) || Directory.Exists(PreviousScores(dossier)));
        Executable.Must("verify", dossier, "--key", demo.PublicKey);
    }

    [Fact]
    public void Two_releases_are_compared_item_by_item_in_both_languages_and_a_verifier_draws_it_again()
    {
        var dossier = _temp.Copy(demo.DossierOf("routing-damaged"), "dossier");
        var previous = _temp.Copy(demo.DossierOf("routing-good"), "previous");
        File.Delete(Path.Combine(previous, "evaluations", "candidate", "pairs.json"));
        WriteMeasurement(previous, Record.ReadFile<Decision>(Path.Combine(previous, "decision.json")).Adapter.Digest);
        Assert.Equal(1, Gate(dossier, "--previous", previous).ExitCode);
        Assert.Contains("Not proved: how fast the release before was", Executable.Must("verify", Path.Combine(dossier, "report.pdf"), "--key", demo.PublicKey).Error, StringComparison.Ordinal);
        var page = Page(dossier, "en");
        Assert.Contains("This release minus the one before, in percentage points", page, StringComparison.Ordinal);
        Assert.Contains("facts · acc", page, StringComparison.Ordinal);
        Assert.Contains(">21.0 ms<", page, StringComparison.Ordinal);
        Assert.Contains("pairs: the scores of the release before are not part of the evidence.", page, StringComparison.Ordinal);
        Assert.Contains("今回と前回との差（ポイント）", Page(dossier, "ja"), StringComparison.Ordinal);
        var contents = ReportEvidence.OfDossier(dossier, _ => null).ToContents(signaturesAreChecked: true);
        // What the pairs say: the share of the facts that both answer, counted from the two files.
        var (now, then) = (Right(dossier, "candidate"), Right(dossier, "previous"));
        var facts = contents.SincePrevious.Single(each => each.Rule.Measure.Task == "facts");
        Assert.Equal(new PairedShareEstimate(now.Except(then).Count(), then.Except(now).Count(), 200), facts.Estimate);

        // Scores that the earlier decision does not rest on are refused in a report, whoever signed it, and by a gate before any work.
        var kept = contents.Files.Single(file => file.Path == "evaluations/previous/facts.json");
        var forged = kept with { Bytes = contents.Files.Single(file => file.Path == "evaluations/candidate/facts.json").Bytes };
        using (var key = SigningKey.Read(demo.Key))
            File.WriteAllBytes(_temp.PathTo("forged.pdf"), AuditReport.Render(contents with { Files = [.. contents.Files.Where(file => file != kept), new EvidenceFile(forged.Path, forged.Bytes, forged.Time)] }, ReportLanguage.English, FontSet.Bundled, new Signer(key)));
        var refused = Executable.Run("verify", _temp.PathTo("forged.pdf"), "--key", demo.PublicKey);
        Assert.Equal(3, refused.ExitCode);
        Assert.Contains("evaluations/previous/facts.json", refused.Error, StringComparison.Ordinal);
        File.Copy(Path.Combine(previous, "evaluations", "base", "facts.json"), Path.Combine(previous, "evaluations", "candidate", "facts.json"), overwrite: true);
        var swapped = Gate(_temp.PathTo("new"), "--previous", previous);
        Assert.Equal(3, swapped.ExitCode);
        Assert.Contains("where the decision on the release before rests on", swapped.Error, StringComparison.Ordinal);
        Assert.False(Directory.Exists(_temp.PathTo("new")));
    }

    [Fact]
    public void Speed_and_memory_are_of_the_type_that_is_judged()
    {
        var dossier = _temp.PathTo("dossier");
        var result = Gate(dossier, "--dtype", "keep", "--measure");
        Assert.True(result.ExitCode == 1, result.Error);
        var measured = Record.ReadFile<Measurement>(Path.Combine(dossier, "measurement.json"));
        Assert.True(measured.IsInStoredType, measured.Engine.Procedure);
        // The sample's weights are bfloat16, and its file holds a header besides.
        var file = new FileInfo(Path.Combine(Executable.Base, "model.safetensors")).Length;
        Assert.All(measured.Models.Where(model => model.Form != ModelForm.Attached), model => Assert.InRange(model.MemoryBytes, 0.98 * file, file));
    }

    /// <summary>LN Tuning is merged, and not computed live.</summary>
    [Fact]
    public void An_adapter_that_is_not_computed_live_is_measured_merged_and_what_is_left_out_is_said()
    {
        var (dossier, adapter) = (_temp.PathTo("dossier"), WriteTunedNorm());
        var result = Judge(dossier, adapter, "--measure");
        Assert.True(result.ExitCode == 1, result.Error);
        Assert.Contains("The base with the adapter beside it is not measured: ", result.Error, StringComparison.Ordinal);
        Assert.Contains("LN Tuning is not computed live", result.Error, StringComparison.Ordinal);
        var measured = Record.ReadFile<Measurement>(Path.Combine(dossier, "measurement.json"));
        Assert.Equal([ModelForm.Base, ModelForm.Merged], measured.Models.Select(model => model.Form));
        Assert.All(measured.Models, model => Assert.True(model is { FirstTokenSeconds: > 0, SecondsPerToken: > 0, MemoryBytes: > 1_000_000, AdapterDigest: null }));
        Executable.Must("verify", dossier, "--key", demo.PublicKey);

        // The two figures are the measurement of this adapter, so they stand when it is asked for again.
        var before = Digest.OfFile(Path.Combine(dossier, "measurement.json"));
        Assert.Equal(1, Judge(dossier, adapter, "--measure").ExitCode);
        Assert.Equal(before, Digest.OfFile(Path.Combine(dossier, "measurement.json")));
    }

    [Fact]
    public void A_release_before_whose_verdict_does_not_hold_is_refused_before_any_work()
    {
        var (dossier, previous) = (_temp.PathTo("dossier"), _temp.PathTo("previous"));
        foreach (var file in new[] { "decision.json", "verdict.sigstore.json" })
            _temp.Write($"previous/{file}", File.ReadAllBytes(Path.Combine(demo.DossierOf("routing-good"), file)));
        var decision = Record.ReadFile<Decision>(Path.Combine(previous, "decision.json"));
        File.WriteAllBytes(Path.Combine(previous, "decision.json"), (decision with { AsOf = decision.AsOf.AddDays(1) }).ToCanonicalJson());
        var other = Gate(dossier, "--previous", previous);
        Assert.Equal(3, other.ExitCode);
        Assert.Contains("about another decision than decision.json", other.Error, StringComparison.Ordinal);
        var bundle = File.ReadAllText(Path.Combine(previous, "verdict.sigstore.json"));
        var at = bundle.IndexOf("\"sig\":\"", StringComparison.Ordinal) + 40;
        File.WriteAllText(Path.Combine(previous, "verdict.sigstore.json"), string.Concat(bundle.AsSpan(0, at), bundle[at] == 'A' ? "B" : "A", bundle.AsSpan(at + 1)));
        Assert.Equal(3, Gate(dossier, "--previous", previous).ExitCode);
        Assert.False(Directory.Exists(dossier));
    }

    [Fact]
    public void A_release_before_that_nobody_known_signed_is_taken_without_proof_and_that_is_told()
    {
        var dossier = _temp.Copy(demo.DossierOf("routing-damaged"), "dossier");
        _temp.Write("previous/decision.json", File.ReadAllBytes(Path.Combine(demo.DossierOf("routing-good"), "decision.json")));
        var unsigned = Gate(dossier, "--previous", _temp.PathTo("previous"));
        Assert.Contains("is taken without proof, and the report says so: nobody signed it", unsigned.Error, StringComparison.Ordinal);
        Assert.False(File.Exists(Path.Combine(dossier, "previous-verdict.sigstore.json")));
        var report = Executable.Must("verify", Path.Combine(dossier, "report.pdf"), "--key", demo.PublicKey);
        Assert.Contains("Not proved: how the release before was judged: the gate took it without proof", report.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void Where_an_adapter_comes_from_is_signed_by_its_trainer_and_stands_with_the_trials_in_dossier_report_and_lineage()
    {
        var (adapter, dossier, trials) = (_temp.PathTo("trained"), _temp.PathTo("dossiers", "trained"), _temp.PathTo("trials"));
        Executable.Must(
            "train", "--base", Executable.Base, "--data", Path.Combine(Executable.Samples, "training", "routing-validation.jsonl"), "--rank", "2", "--steps", "3", "--batch", "4", "--learning-rate", "0.002",
            "--device", "cpu", "--output", adapter, "--key", demo.Key);
        var receipt = Record.ReadFile<TrainingReceipt>(Path.Combine(adapter, TrainingReceipt.FileName));
        var bundle = File.ReadAllBytes(adapter + ".training.sigstore.json");
        var stated = Attestation.Verify(bundle, VerificationKey.FromPem(File.ReadAllText(demo.PublicKey), demo.PublicKey), TrainingProvenance.PredicateType, "bundle");
        Assert.True(stated.IsValid);
        Assert.True(Attestation.Covers(stated.Statement!, FolderManifest.Read(adapter).Files));

        CheckTrainingSignature(adapter);

        // As a plan's trial leaves it.
        receipt = receipt with { Inputs = receipt.Inputs with { Plan = Digest.Of([2]) }, Validations = [new ValidationLoss(3, 1)] };
        File.WriteAllBytes(Path.Combine(adapter, TrainingReceipt.FileName), receipt.ToCanonicalJson());
        var bytes = receipt.Files.Single(file => file.Path == "adapter_model.safetensors").Size;
        var score = new TrialScore("sample_routing", "acc", Digest.Of([2]), [0, 1, 1], Digest.Of([1]));
        var report = new TrialReport(
            receipt.Inputs.Engine, Digest.Of([2]), "ranks", receipt.Inputs.Base, score, null, new TrialMargins(0.05, 0), [new TrialRound(3, [new TrialRun("lora-r2", 1, receipt.ComputeDigest())])],
            [new TrialResult("lora-r2", receipt.Inputs.Method, 0.002, receipt.Parameters, bytes, 1, score, null, [], [])]);
        _temp.Write("trials/trial-report.json", report.ToCanonicalJson());
        _temp.Write("trials/trial-costs.json", new TrialCosts([new TrialCost("lora-r2", 1, new Cost(12, 12, 1000), null, null)]).ToCanonicalJson());
        File.WriteAllBytes(Path.Combine(_temp.Copy(trials, "lie"), "trial-report.json"), (report with { Results = [report.Results[0] with { Bytes = 1 }] }).ToCanonicalJson());
        var lying = Judge(dossier, adapter, "--trials", _temp.PathTo("lie"));
        Assert.Equal(3, lying.ExitCode);
        Assert.Contains("lora-r2: bytes of 1 where its receipt has", lying.Error, StringComparison.Ordinal);
        Assert.False(Directory.Exists(dossier));
        Assert.Equal(1, Judge(dossier, adapter, "--trials", trials).ExitCode);
        Assert.Equal(receipt.ComputeDigest(), Digest.OfFile(Path.Combine(dossier, "training-receipt.json")));
        Executable.Must("verify", dossier, "--key", demo.PublicKey);
        Executable.Must("report", "--dossier", dossier, "--output", _temp.PathTo("report.html"), "--key", demo.PublicKey);
        Assert.Contains("this adapter, learning rate 0.002", File.ReadAllText(_temp.PathTo("report.html")), StringComparison.Ordinal);
        var lineage = Executable.Must("lineage", "show", "trained", "--dossiers", _temp.PathTo("dossiers"), "--ledger", _temp.Copy(demo.Ledger, "ledger"), "--vkey", demo.VKey);
        Assert.Contains("routing-validation.jsonl", lineage.Output + lineage.Error, StringComparison.Ordinal);

        // Of files that were changed since, the receipt says nothing; and without trials nothing is told of them.
        File.AppendAllText(Path.Combine(adapter, "README.md"), "changed");
        var changed = Judge(dossier, adapter);
        Assert.Contains("about other files than the adapter's", changed.Error, StringComparison.Ordinal);
        Assert.All(new[] { "training-receipt.json", "trial-report.json", "trial-costs.json" }, file => Assert.False(File.Exists(Path.Combine(dossier, file))));
    }

    [Fact]
    public void A_folder_without_trials_is_refused_before_any_work()
    {
        var dossier = _temp.PathTo("dossier");
        var result = Gate(dossier, "--trials", Executable.Samples);
        Assert.Equal(4, result.ExitCode);
        Assert.Contains("Give --trials the folder of a 'loragate trial run' that ended", result.Error, StringComparison.Ordinal);
        Assert.False(Directory.Exists(dossier));
    }

    [Fact]
    public void A_folder_that_is_no_dossier_is_no_release_before()
    {
        var dossier = _temp.PathTo("dossier");
        var result = Gate(dossier, "--previous", Executable.Samples);
        Assert.False(Directory.Exists(dossier));
        Assert.Equal(4, result.ExitCode);
        Assert.Contains("Give --previous the dossier of a gate that ended", result.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void A_report_is_not_written_into_its_own_sealed_dossier()
    {
        var dossier = _temp.Copy(demo.DossierOf("routing-damaged"), "dossier");
        var before = Files.Digests(dossier);
        var result = Executable.Run("report", "--dossier", dossier, "--output", Path.Combine(dossier, "report.pdf"));
        Assert.Equal(64, result.ExitCode);
        Assert.Contains("whose seal covers every file", result.Error, StringComparison.Ordinal);
        Assert.Equal(before, Files.Digests(dossier));
    }

    [Theory]
    [InlineData("0000000000000000000000000000000000000000000000000000000000000000", false)]
    [InlineData("abc", true)]
    public void A_pin_of_the_base_that_cannot_be_held_is_refused(string digest, bool withBase)
    {
        var result = Executable.Run(["inspect", Executable.Adapter("routing-good"), "--base-digest", digest, .. withBase ? ["--base", Executable.Base] : Array.Empty<string>()]);
        Assert.Equal(64, result.ExitCode);
        Assert.Contains("--base-digest", result.Error, StringComparison.Ordinal);
    }

    public void Dispose() => _temp.Dispose();

    private static void WriteMeasurement(string dossier, Digest adapter) => File.WriteAllBytes(
        Path.Combine(dossier, "measurement.json"),
        new Measurement(new EngineInfo("loragate.measure", "0", "float32/greedy/1", "cpu"), 2, 128, 32, 5, [new MeasuredModel(ModelForm.Attached, Digest.Of("base"u8), adapter, 0.021, 0.004, 280_000_000)]).ToCanonicalJson());

    /// <summary>The last norm's weights, each half as large again.</summary>
    private string WriteTunedNorm()
    {
        var folder = Path.GetDirectoryName(_temp.Write("tuned/adapter_config.json", """{"peft_type":"LN_TUNING","peft_version":"0.21.2","task_type":"CAUSAL_LM","base_model_name_or_path":"base","target_modules":["norm"],"modules_to_save":null}"""u8))!;
        var norm = ChangedWeights.Read(Executable.Base, "model.norm.weight");
        using var writer = SafetensorsWriter.Create(Path.Combine(folder, "adapter_model.safetensors"), [new TensorPlan("base_model.model.model.norm.ln_tuning_layers.weight", DType.F32, [norm.Length / 2])], new Dictionary<string, string> { ["format"] = "pt" });
        // bfloat16 is the upper half of float32.
        var values = norm.Chunk(2).Select(half => 1.5f * BitConverter.Int32BitsToSingle(BinaryPrimitives.ReadUInt16LittleEndian(half) << 16)).ToArray();
        writer.Write("base_model.model.model.norm.ln_tuning_layers.weight", 0, MemoryMarshal.AsBytes<float>(values));
        return folder;
    }

    private static string PreviousScores(string dossier) => Path.Combine(dossier, "evaluations", "previous");

    private string Page(string dossier, string language)
    {
        Executable.Must("report", "--dossier", dossier, "--output", _temp.PathTo($"{language}.html"), "--lang", language);
        return System.Text.RegularExpressions.Regex.Replace(System.Net.WebUtility.HtmlDecode(File.ReadAllText(_temp.PathTo($"{language}.html"))), "<span class=\"whole\">(.*?)</span>", "$1");
    }

    private static List<int> Right(string dossier, string who) =>
        [.. Record.ReadFile<EvaluationReport>(Path.Combine(dossier, "evaluations", who, "facts.json")).Items.Where(item => item.Scores["acc"] == 1).Select(item => item.Id)];

    private void CheckTrainingSignature(string adapter)
    {
        var signature = adapter + ".training.sigstore.json";
        string[] verify = ["verify", adapter, "--signature", signature, "--key", demo.PublicKey];
        Assert.Contains("it is the trainer's own word", Executable.Must(verify).Error, StringComparison.Ordinal);
        var added = _temp.Write("trained/added.bin", "x"u8);
        Assert.Equal(3, Executable.Run(verify).ExitCode);
        Assert.Equal(3, Executable.Run("sign", adapter, "--training", "--key", demo.Key).ExitCode);
        File.Delete(added);

        // By a trust policy the trainer is an author, not a gate; a link among the files is a finding, also for machines.
        File.Copy(demo.PublicKey, _temp.PathTo("trainer.pub"));
        string Trust(string role) => _temp.Write("trust.yaml", System.Text.Encoding.UTF8.GetBytes($"schema: loragate.trust/1\nname: t\nversion: \"1\"\nsigners:\n  - {{id: t, roles: [{role}], keys: [{{file: trainer.pub}}]}}\n"));
        Executable.Must("verify", adapter, "--signature", signature, "--trust", Trust("author"));
        Assert.Contains("does not give the role 'author'", Executable.Run("verify", adapter, "--signature", signature, "--trust", Trust("gate")).Error, StringComparison.Ordinal);
        var link = Path.Combine(adapter, "link");
        File.CreateSymbolicLink(link, "adapter_model.safetensors");
        var linked = Executable.Run([.. verify, "--json"]);
        Assert.Equal(3, linked.ExitCode);
        Assert.Contains("\"fault\":\"unsafeEntry\"", linked.Output, StringComparison.Ordinal);
        File.Delete(link);

        // One that lies there is kept or refused, never overwritten; one that is lost is signed later.
        var before = File.ReadAllBytes(signature);
        Executable.Must("sign", adapter, "--training", "--key", demo.Key);
        KeyFile.New(_temp.PathTo("other.pem"), KeyType.P256);
        Assert.Equal(4, Executable.Run("sign", adapter, "--training", "--key", _temp.PathTo("other.pem")).ExitCode);
        Assert.Equal(before, File.ReadAllBytes(signature));
        File.Move(signature, _temp.PathTo("again.training.sigstore.json"));
        var again = Executable.Run("train", "--base", Executable.Base, "--data", Executable.Samples, "--steps", "3", "--learning-rate", "0.002", "--output", _temp.PathTo("again"), "--key", demo.Key);
        Assert.Equal(4, again.ExitCode);
        Assert.Contains("a signature over a training lies here already", again.Error, StringComparison.Ordinal);
        Executable.Must("sign", adapter, "--training", "--key", demo.Key);
        Executable.Must(verify);
    }

    private ShellResult Gate(string dossier, params string[] more) => Judge(dossier, Executable.Adapter("routing-damaged"), more);

    private ShellResult Judge(string dossier, string adapter, params string[] more) => Executable.Run(
        ["gate", "--base", Executable.Base, "--adapter", adapter, "--policy", Executable.DemoPolicy, "--data", Executable.Samples, "--dossier", dossier, "--key", demo.Key, "--device", "cpu", .. more]);
}

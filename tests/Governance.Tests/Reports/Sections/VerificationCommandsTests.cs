using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Loragate.Artifacts;
using Loragate.Artifacts.Records.Deciding;
using Loragate.Governance.Ledger;
using Loragate.Governance.Publication;
using Loragate.Governance.Reports.Fonts;
using Loragate.Governance.Signing;
using Loragate.Testing;

namespace Loragate.Governance.Reports.Sections;

public sealed class VerificationCommandsTests
{
    private const string Hostile = "it's $(touch planted); `touch planted` \"x\".json";

    [Fact]
    public void The_printed_digest_commands_accept_the_evidence_and_refuse_a_change()
    {
        RequireTools("sha256sum");
        using var folder = new TempFolder();
        var evidence = "{\"any\":1}"u8.ToArray();
        folder.Write(Hostile, evidence);
        var contents = ReportSamples.Approved with
        {
            Decision = ReportSamples.Approved.Decision with { Evidence = [new EvidenceLink(Hostile, "any/1", Digest.Of(evidence))] },
        };
        var policy = "policy"u8.ToArray();
        folder.Write("policy.yaml", policy);
        contents = contents with { Decision = contents.Decision with { Policy = contents.Decision.Policy with { Digest = Digest.Of(policy) } } };
        folder.Write("decision.json", contents.Decision.ToCanonicalJson());
        var good = Run(folder, VerificationCommands.Evidence(contents));
        Assert.Equal(3, good.Output.Split('\n').Count(line => line.EndsWith("OK", StringComparison.Ordinal)));
        Assert.False(File.Exists(folder.PathTo("planted")));
        folder.Write(Hostile, "{\"any\":2}"u8);
        Assert.NotEqual(0, Run(folder, VerificationCommands.Evidence(contents)).ExitCode);
    }

    [Fact]
    public void The_printed_commands_prove_the_report_and_what_is_inside()
    {
        using var report = new PrintedReport();
        var shown = report.Run();
        Assert.Equal(0, shown.ExitCode);
        Assert.All(
            new[] { "Signature is Valid.", "Total document signed", "REPORT OK", "decision.json: OK", "policy.yaml: OK", "evaluations.base.a.json: OK", "measurement.json: OK", "Verified OK", "approved" },
            line => Assert.Contains(line, shown.Output, StringComparison.Ordinal));
        Assert.Equal(2, shown.Output.Split('\n').Count(line => line == "decision.json: OK")); // by the page, and by the signed verdict
    }

    [Fact]
    public void The_printed_commands_refuse_a_report_that_another_key_signed()
    {
        using var report = new PrintedReport();
        using var other = Pdf.SignedSample.NewKey();
        report.Render(new Signer(other));
        var shown = report.Run();
        Assert.NotEqual(0, shown.ExitCode);
        Assert.DoesNotContain("REPORT OK", shown.Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("decision.json")]
    [InlineData("policy.yaml")]
    [InlineData("evaluations/base/a.json")]
    public void The_printed_commands_refuse_a_file_that_was_edited_inside_a_report_that_the_gate_signed(string file)
    {
        using var report = new PrintedReport();
        report.Edit(file);
        var shown = report.Run();
        Assert.NotEqual(0, shown.ExitCode);
        Assert.Contains($"{EvidenceFile.NameOf(file)}: FAILED", shown.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void The_printed_commands_hold_decision_and_policy_against_the_signed_verdict_itself()
    {
        using var report = new PrintedReport();
        report.Prepare();
        Assert.Equal(0, report.RunSignatures().ExitCode);
        Assert.All(new[] { "decision.json", "policy.yaml" }, file =>
        {
            var path = Path.Combine(report.Evidence, file);
            var original = File.ReadAllBytes(path);
            File.WriteAllBytes(path, [.. original, (byte)' ']);
            var shown = report.RunSignatures();
            Assert.NotEqual(0, shown.ExitCode);
            Assert.Contains($"{file}: FAILED", shown.Output, StringComparison.Ordinal);
            File.WriteAllBytes(path, original);
        });
    }

    [Fact]
    public void The_printed_commands_refuse_an_appended_update_and_a_changed_page()
    {
        using var report = new PrintedReport();
        var signed = File.ReadAllBytes(report.File);
        File.WriteAllBytes(report.File, [.. signed, .. "\n% one more line\n"u8]);
        Assert.DoesNotContain("REPORT OK", report.Run().Output, StringComparison.Ordinal);
        var changed = signed.ToArray();
        changed[changed.AsSpan().IndexOf("/FlateDecode"u8) + 60] ^= 1;
        File.WriteAllBytes(report.File, changed);
        Assert.DoesNotContain("REPORT OK", report.Run().Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void The_printed_commands_refuse_other_pages_in_the_hole_that_the_signature_leaves_out(bool isTailSigned)
    {
        using var report = new PrintedReport();
        var signed = File.ReadAllBytes(report.File);
        Assert.Contains("REPORT OK", report.RunOwn().Output, StringComparison.Ordinal);
        File.WriteAllBytes(report.File, isTailSigned ? Pdf.HollowReport.BeforeTheTail(signed) : Pdf.HollowReport.AtTheEnd(signed));
        // A reader shows the other pages, and takes the digits that the gate signed out of them.
        using var forged = Pdf.ForeignReader.Open(File.ReadAllBytes(report.File));
        Assert.Contains("says the forger", Assert.Single(forged.GetPages()).Text, StringComparison.Ordinal);
        var shown = report.RunOwn();
        Assert.NotEqual(0, shown.ExitCode);
        Assert.DoesNotContain("REPORT OK", shown.Output, StringComparison.Ordinal);
        Assert.Throws<SignatureException>(() => Pdf.ReportSignature.Verify(File.ReadAllBytes(report.File), report.Trust, "r"));
    }

    [Fact]
    public void The_printed_verdict_command_prints_the_verdict()
    {
        RequireTools("jq");
        using var folder = new TempFolder();
        folder.Write("decision.json", ReportSamples.RejectedByBias.Decision.ToCanonicalJson());
        Assert.Equal("rejected", Run(folder, VerificationCommands.Verdict()).Output.Trim());
    }

    [Theory]
    [InlineData("ecdsa-p256-sha256", "SHA256", "1.2.840.10045.3.1.7")]
    [InlineData("ecdsa-p384-sha384", "SHA384", "1.3.132.0.34")]
    [InlineData("ecdsa-p521-sha512", "SHA512", "1.3.132.0.35")]
    public void The_printed_signature_commands_verify_a_dsse_bundle(string algorithm, string hash, string curve)
    {
        RequireTools("jq", "openssl", "base64");
        using var folder = new TempFolder();
        using var key = ECDsa.Create(ECCurve.CreateFromValue(curve));
        var payload = Encoding.UTF8.GetBytes("{\"_type\":\"https://in-toto.io/Statement/v1\"}");
        const string type = "application/vnd.in-toto+json";
        byte[] signed = [.. Encoding.UTF8.GetBytes($"DSSEv1 {type.Length} {type} {payload.Length} "), .. payload];
        var signature = key.SignData(signed, new HashAlgorithmName(hash), DSASignatureFormat.Rfc3279DerSequence);
        folder.Write("PUBLIC.pem", Encoding.ASCII.GetBytes(key.ExportSubjectPublicKeyInfoPem()));
        Directory.CreateDirectory(folder.PathTo("evidence"));
        folder.Write("evidence/model.sig", Bundle(payload, type, signature));
        folder.Write($"evidence/{Hostile}", Bundle(payload, type, signature));
        var commands = VerificationCommands.Signatures([new SignatureNote(Hostile, algorithm, "key"), new SignatureNote("model.sig", algorithm, "key")]);
        Assert.Equal(["Verified OK", "Verified OK"], Shell.Run("sh", folder.PathTo("evidence"), "-c", "set -e\n" + commands).Output.Trim().Split('\n'));
        Assert.False(File.Exists(folder.PathTo("evidence", "planted")));
        payload[5] ^= 1;
        folder.Write("evidence/model.sig", Bundle(payload, type, signature));
        Assert.NotEqual(0, Shell.Run("sh", folder.PathTo("evidence"), "-c", "set -e\n" + commands).ExitCode);
    }

    [Fact]
    public void The_printed_ledger_command_compares_the_checkpoint()
    {
        RequireTools("diff", "openssl", "awk");
        using var test = new TestLedger();
        test.Append(1, 2);
        using var folder = new TempFolder();
        Directory.CreateDirectory(folder.PathTo("evidence"));
        var position = new LedgerWriter(test.Ledger, test.Key).Log(TestLedger.Entry(3), folder.PathTo("evidence", "decision.tlog-proof"), TestContext.Current.CancellationToken);
        folder.Write("LEDGER.vkey", Encoding.UTF8.GetBytes(position.VerifierKey + "\n"));
        // What is logged later, as the gate itself does, changes nothing.
        test.Append(4);
        ShellResult Check(LedgerPosition shown) => Shell.Run("sh", folder.PathTo("evidence"), "-c", "set -e\n" + VerificationCommands.Checkpoint(shown));
        Assert.Contains("Signature Verified Successfully", Check(position).Output, StringComparison.Ordinal);
        Assert.NotEqual(0, Check(position with { Size = position.Size + 1 }).ExitCode);
        Assert.Equal(["decision.tlog-proof"], Directory.EnumerateFiles(folder.PathTo("evidence")).Select(Path.GetFileName));
        // A checkpoint that somebody else wrote says what the page says, and is not the ledger's.
        using var other = new TestLedger();
        folder.Write("LEDGER.vkey", Encoding.UTF8.GetBytes(other.Key.VerifierFor(position.Origin) + "\n"));
        Assert.NotEqual(0, Check(position).ExitCode);
    }

    [Fact]
    public void The_printed_entry_command_finds_the_decision_at_every_place_of_ledgers_of_many_sizes()
    {
        using var logged = new LoggedDecisions();
        foreach (var size in new[] { 1, 2, 5, 8, 9 })
        {
            logged.GrowTo(size);
            for (var index = 0; index < size; index++)
            {
                var shown = logged.Check(logged.Place(index, of: index));
                Assert.Equal((0, "decision.json: OK\nENTRY OK"), (shown.ExitCode, shown.Output.Trim()));
            }
        }
    }

    [Fact]
    public void The_printed_entry_command_refuses_another_decisions_entry_an_invented_one_and_a_path_that_leads_elsewhere()
    {
        using var logged = new LoggedDecisions();
        logged.GrowTo(7);
        var position = logged.Place(4, of: 4);
        var proof = logged.Proof;
        Assert.Equal(0, logged.Check(position).ExitCode);
        LoggedDecisions.RefusesAll(
            ("a proof, sound in itself, of another decision's entry", () => logged.Check(logged.Place(3, of: 4))),
            ("an entry that names the decision and was never logged", () => logged.Check(position, proof with { Extra = LoggedDecisions.EntryOf(4, "rejected").ToCanonicalJson() })),
            ("an entry of another type about the same file", () => logged.Check(logged.PlaceOther(4))),
            ("no entry", () => logged.Check(position, proof with { Extra = null })),
            ("one hash too few", () => logged.Check(position, proof with { Path = [.. proof.Path.Skip(1)] })),
            ("one hash too many", () => logged.Check(position, proof with { Path = [.. proof.Path, proof.Path[0]] })),
            ("a hash in the place of another", () => logged.Check(position, proof with { Path = [.. proof.Path.Reverse()] })),
            ("another root on the page", () => logged.Check(position with { RootHash = Convert.ToBase64String(new byte[32]) })));
    }

    private static byte[] Bundle(byte[] payload, string type, byte[] signature) => JsonSerializer.SerializeToUtf8Bytes(new
    {
        dsseEnvelope = new { payload = Convert.ToBase64String(payload), payloadType = type, signatures = new[] { new { sig = Convert.ToBase64String(signature) } } },
    });

    private static ShellResult Run(TempFolder folder, string commands) => Shell.Run("sh", folder.Path, "-c", "set -e\n" + commands);

    private static void RequireTools(params string[] tools) => Assert.SkipUnless(tools.All(Shell.Has), $"{string.Join(", ", tools)} are not all installed.");
}

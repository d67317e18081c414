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
        folder.Write("decision.json", contents.Decision.ToCanonicalJson());
        var good = Run(folder, VerificationCommands.Evidence(contents));
        Assert.Equal(2, good.Output.Split('\n').Count(line => line.EndsWith("OK", StringComparison.Ordinal)));
        Assert.False(File.Exists(folder.PathTo("planted")));
        folder.Write(Hostile, "{\"any\":2}"u8);
        Assert.NotEqual(0, Run(folder, VerificationCommands.Evidence(contents)).ExitCode);
    }

    [Fact]
    public void The_printed_commands_take_the_evidence_out_of_the_report_and_accept_it()
    {
        RequireTools("pdfsig", "pdfdetach", "sha256sum", "jq");
        using var folder = new TempFolder();
        using var key = Pdf.SignedSample.NewKey();
        var file = new EvidenceFile("evaluations/base/a.json", "{\"any\":1}"u8.ToArray(), default(DateTimeOffset).AddYears(2025));
        var contents = ReportSamples.Approved with { Decision = ReportSamples.Approved.Decision with { Evidence = [new EvidenceLink(file.Path, "any/1", file.Digest)] } };
        var decision = new EvidenceFile("decision.json", contents.Decision.ToCanonicalJson(), file.Time);
        folder.Write("report.pdf", AuditReport.Render(contents with { Files = [decision, file] }, ReportLanguage.English, FontSet.Bundled, new Signer(key)));
        var shown = Run(folder, string.Join('\n', VerificationCommands.OwnSignature(), VerificationCommands.TakeOut(), VerificationCommands.Evidence(contents), VerificationCommands.Verdict()));
        Assert.Equal(0, shown.ExitCode);
        Assert.All(new[] { "Signature is Valid.", "decision.json: OK", "evaluations.base.a.json: OK", "approved" }, line => Assert.Contains(line, shown.Output, StringComparison.Ordinal));
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
        folder.Write("model.sig", Bundle(payload, type, signature));
        folder.Write(Hostile, Bundle(payload, type, signature));
        var commands = VerificationCommands.Signatures([new SignatureNote(Hostile, algorithm, "key"), new SignatureNote("model.sig", algorithm, "key")]);
        Assert.Equal(["Verified OK", "Verified OK"], Run(folder, commands).Output.Trim().Split('\n'));
        Assert.False(File.Exists(folder.PathTo("planted")));
        payload[5] ^= 1;
        folder.Write("model.sig", Bundle(payload, type, signature));
        Assert.NotEqual(0, Run(folder, commands).ExitCode);
    }

    [Fact]
    public void The_printed_ledger_command_compares_the_checkpoint()
    {
        RequireTools("diff");
        using var test = new TestLedger();
        test.Append(1, 2);
        var position = new LedgerWriter(test.Ledger, test.Key).Log(TestLedger.Entry(3), test.Temp.PathTo("decision.tlog-proof"), TestContext.Current.CancellationToken);
        // What is logged later, as the gate itself does, changes nothing.
        test.Append(4);
        Assert.Equal("OK", Run(test.Temp, VerificationCommands.Checkpoint(position)).Output.Trim());
        Assert.NotEqual(0, Run(test.Temp, VerificationCommands.Checkpoint(position with { Size = position.Size + 1 })).ExitCode);
        Assert.Equal(["decision.tlog-proof", "ledger.key"], Directory.EnumerateFiles(test.Temp.Path).Select(Path.GetFileName).Order(StringComparer.Ordinal));
    }

    private static byte[] Bundle(byte[] payload, string type, byte[] signature) => JsonSerializer.SerializeToUtf8Bytes(new
    {
        dsseEnvelope = new { payload = Convert.ToBase64String(payload), payloadType = type, signatures = new[] { new { sig = Convert.ToBase64String(signature) } } },
    });

    private static ShellResult Run(TempFolder folder, string commands) => Shell.Run("sh", folder.Path, "-c", "set -e\n" + commands);

    private static void RequireTools(params string[] tools) => Assert.SkipUnless(tools.All(Shell.Has), $"{string.Join(", ", tools)} are not all installed.");
}

using System.Text;
using Loragate.Artifacts.Records.Deciding;
using Loragate.Governance.Keys;
using Loragate.Governance.Reports.Fonts;
using Loragate.Governance.Signing;
using Loragate.Testing;

namespace Loragate.Governance.Reports.Sections;

/// <summary>A signed report in a folder with the gate's public key, as an auditor has them, and the commands that it prints.</summary>
internal sealed class PrintedReport : IDisposable
{
    private readonly TempFolder _folder = new();
    private readonly SigningKey _key = Pdf.SignedSample.NewKey();
    private ReportContents _contents;

    public PrintedReport()
    {
        Assert.SkipUnless(new[] { "pdfsig", "pdfdetach", "sha256sum", "jq", "openssl", "awk" }.All(Loragate.Testing.Shell.Has), "poppler-utils, coreutils, jq, openssl and awk are not all installed.");
        var time = default(DateTimeOffset).AddYears(2025);
        var record = new EvidenceFile("evaluations/base/a.json", "{\"any\":1}"u8.ToArray(), time);
        var policy = new EvidenceFile("policy.yaml", "any: policy\n"u8.ToArray(), time);
        var decision = ReportSamples.Approved.Decision with
        {
            Policy = ReportSamples.Approved.Decision.Policy with { Digest = policy.Digest },
            Evidence = [new EvidenceLink(record.Path, "any/1", record.Digest)],
        };
        var verdict = Attestation.Sign(Summary(decision, time).ToStatement(), _key);
        _contents = ReportSamples.Approved with
        {
            Decision = decision,
            Signatures = [new SignatureNote("verdict.sigstore.json", "ecdsa-p256", _key.Public.Hint.Hex)],
            Files = [new EvidenceFile("decision.json", decision.ToCanonicalJson(), time), policy, record, new EvidenceFile("measurement.json", "{}"u8.ToArray(), time), new EvidenceFile("verdict.sigstore.json", verdict, time)],
        };
        _folder.Write("PUBLIC.pem", Encoding.ASCII.GetBytes(_key.Public.Pem));
        Render(new Signer(_key));
    }

    public string File => _folder.PathTo("report.pdf");

    public string Evidence => _folder.PathTo("evidence");

    /// <summary>The gate's key alone.</summary>
    public SignerTrust Trust => new Signer(_key).Own;

    /// <summary>Draws and signs the report again.</summary>
    public void Render(Signer signer) => System.IO.File.WriteAllBytes(File, AuditReport.Render(_contents, ReportLanguage.English, FontSet.Bundled, signer));

    /// <summary>Another file in the place of one inside, under the gate's own key; the pages stay.</summary>
    public void Edit(string path)
    {
        var file = _contents.Files.Single(each => each.Path == path);
        _contents = _contents with { Files = [.. _contents.Files.Where(each => each.Path != path), new EvidenceFile(path, (byte[])[.. file.Bytes.ToArray(), (byte)' '], file.Time)] };
        Render(new Signer(_key));
    }

    /// <summary>Takes the evidence out.</summary>
    public void Prepare() => Assert.Equal(0, Shell(_folder.Path, VerificationCommands.TakeOut()).ExitCode);

    public ShellResult RunSignatures() => Shell(Evidence, VerificationCommands.Signatures(_contents.Signatures));

    /// <summary>The commands for the report's own signature.</summary>
    public ShellResult RunOwn() => Shell(_folder.Path, VerificationCommands.OwnSignature());

    /// <summary>All commands in their order; the first that fails ends it.</summary>
    public ShellResult Run() => Shell(
        _folder.Path,
        VerificationCommands.OwnSignature(), VerificationCommands.TakeOut(), VerificationCommands.Evidence(_contents), VerificationCommands.Verdict(), VerificationCommands.Signatures(_contents.Signatures));

    public void Dispose()
    {
        _key.Dispose();
        _folder.Dispose();
    }

    private static VerificationSummary Summary(Decision decision, DateTimeOffset time) => new()
    {
        VerifierId = "urn:loragate:gate",
        VerifierVersion = "0.1.0",
        TimeVerified = time,
        ResourceUri = "urn:loragate:adapter",
        PolicyUri = "urn:loragate:policy",
        Decision = decision,
        Subjects = [new Subject("decision.json", decision.ComputeDigest())],
    };

    private static ShellResult Shell(string folder, params string[] commands) => Loragate.Testing.Shell.Run("sh", folder, "-c", "set -e\n" + string.Join('\n', commands));
}

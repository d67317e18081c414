using System.CommandLine;
using Loragate.Artifacts.Folders;
using Loragate.Cli.Verifying;
using Loragate.Governance.Dossiers;
using Loragate.Governance.Keys;
using Loragate.Governance.Publication;
using Loragate.Governance.Reports;
using Loragate.Governance.Reports.Fonts;

namespace Loragate.Cli.Verbs;

/// <summary><c>loragate report</c>: the audit report of a finished dossier, in either language.</summary>
internal static class ReportVerb
{
    public static Command Create(Tool tool)
    {
        var dossier = new Option<string>("--dossier") { Description = "The dossier of a finished gate.", HelpName = "DIR", Required = true };
        var output = new Option<string>("--output") { Description = "The PDF to write.", HelpName = "FILE.pdf", Required = true };
        var language = LanguageOption.Create();
        var trust = new TrustOptions();
        var vkey = new Option<string?>("--vkey") { Description = "The ledger's verifier key: with --key, --roots or --trust the dossier's proofs are checked against it.", HelpName = "FILE" };
        return Verb.Create(tool, "report", "Renders the audit report of a dossier again, from its records alone. With --key, --roots or --trust the dossier is verified first; without, the report says that nobody did.",
            "loragate report --dossier dossier --output report.ja.pdf --lang ja --key gate.pem.pub", [dossier, output, language, .. trust.All, vkey], (parsed, cancellationToken) =>
            {
                if (!parsed.GetValue(output)!.EndsWith(".pdf", StringComparison.OrdinalIgnoreCase))
                    throw new UsageException($"--output {parsed.GetValue(output)}: reports are PDF files; name one that ends in .pdf.");
                var lang = LanguageOption.Parse(parsed.GetValue(language)!);
                var folder = parsed.GetValue(dossier)!;
                var trusted = trust.Read(parsed, tool.Clock);
                if (trusted is null && parsed.GetValue(vkey) is not null)
                    throw new UsageException("--vkey goes with --key, --roots or --trust: a dossier is verified whole or not at all.");
                if (trusted is not null && !IsVerified(tool, new VerifyRequest(folder, null, trusted, parsed.GetValue(vkey) is { } file ? LedgerVerifier.Read(file) : null, new ExpectedInputs(null, null, null)), cancellationToken))
                    return ExitCode.Integrity;
                AtomicFile.Write(parsed.GetValue(output)!, AuditReport.Render(Read(folder, trusted is not null), lang, FontSet.For(lang)));
                if (trusted is null)
                    tool.Screen.Say("Note: the dossier's signatures were not checked, and the report says so. Give the gate's key with --key PUBLIC.pem.");
                tool.Screen.Say($"Wrote {parsed.GetValue(output)}.");
                return ExitCode.Done;
            });
    }

    private static bool IsVerified(Tool tool, VerifyRequest request, CancellationToken cancellationToken)
    {
        if (!Directory.Exists(request.Path))
            throw new DossierException(request.Path, "no such folder", "Give the dossier of a gate that ended.");
        var findings = FolderVerifier.CheckDossier(request, cancellationToken).Findings;
        foreach (var finding in findings)
            tool.Screen.Say($"Does not hold: {finding}");
        if (findings.Count > 0)
            tool.Screen.Say("No report was written: the dossier is not the one that the gate sealed.");
        return findings.Count == 0;
    }

    private static ReportContents Read(string folder, bool signaturesAreChecked)
    {
        var own = Path.Combine(folder, DossierProofs.ReportFile);
        var times = File.Exists(own) ? ReportEvidence.TimesIn(File.ReadAllBytes(own), own) : new Dictionary<string, DateTimeOffset>();
        return ReportEvidence.OfDossier(folder, file => times.TryGetValue(file, out var time) ? time : null).ToContents(signaturesAreChecked);
    }
}

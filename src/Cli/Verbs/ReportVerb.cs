using System.CommandLine;
using Loragate.Artifacts.Folders;
using Loragate.Artifacts.Records;
using Loragate.Artifacts.Records.Deciding;
using Loragate.Cli.Verifying;
using Loragate.Governance.Auditing;
using Loragate.Governance.Dossiers;
using Loragate.Governance.Keys;
using Loragate.Governance.Ledger;
using Loragate.Governance.Publication;
using Loragate.Governance.Reports;
using Loragate.Governance.Reports.Fonts;
using Loragate.Governance.Reports.Html;
using Loragate.Governance.Signing;

namespace Loragate.Cli.Verbs;

/// <summary><c>loragate report</c>: the audit report of a finished dossier in any of its forms, several dossiers side by side, or the releases of a ledger.</summary>
internal static class ReportVerb
{
    private const string Pdf = ".pdf";
    private const string Html = ".html";
    private const string Card = ".md";

    public static Command Create(Tool tool)
    {
        var dossiers = new Option<string[]>("--dossier") { Description = "The dossier of a finished gate; several give a page that compares them.", HelpName = "DIR" };
        var output = new Option<string>("--output") { Description = "What to write: FILE.pdf is the report, FILE.html the same as a web page, README.md a model card.", HelpName = "FILE", Required = true };
        var ledger = new Option<string?>("--ledger") { Description = "Instead: a page of all releases of this ledger, with the figures of the dossiers that are named. Takes --vkey, and --trust for whose revocations count.", HelpName = "DIR" };
        var language = LanguageOption.Create();
        var trust = new TrustOptions();
        var (signing, stamp) = (new ReportSigner(trust), new ReportStamp());
        var vkey = new Option<string?>("--vkey") { Description = "The ledger's verifier key: with --key, --roots or --trust a dossier's proofs are checked against it.", HelpName = "FILE" };
        return Verb.Create(tool, "report", "Renders the audit report of a dossier again, from its records alone: a PDF, a web page or a model card. With --key, --roots or --trust the dossier is verified first; without, the report says that nobody did. With a private key in --key the PDF is signed.",
            "loragate report --dossier dossier --output report.ja.pdf --lang ja --key gate.pem", [dossiers, output, ledger, language, .. trust.All, .. signing.Own, vkey, .. stamp.All], (parsed, cancellationToken) =>
            {
                var (path, lang) = (parsed.GetValue(output)!, LanguageOption.Parse(parsed.GetValue(language)!));
                if (stamp.IsAsked(parsed))
                    return stamp.Run(parsed, tool, path);
                LedgerVerifier? Log() => parsed.GetValue(vkey) is { } file ? LedgerVerifier.Read(file) : null;
                var folders = parsed.GetValue(dossiers) ?? [];
                if (parsed.GetValue(ledger) is { } portfolio)
                    return WritePortfolio(tool, Require(path, "the page of a ledger", Html), folders, portfolio, Log() ?? throw new UsageException("--ledger wants --vkey: a ledger is read only under its own key."), trust.Read(parsed, tool.Clock)?.Policy, lang, cancellationToken);
                if (folders.Length == 0)
                    throw new UsageException("Which dossier? Give --dossier DIR, or --ledger DIR for the releases of a ledger.");
                _ = folders.Length > 1 ? Require(path, "a comparison", Html) : Require(path, "a report", Pdf, Html, Card);
                if (folders.FirstOrDefault(folder => Dossier.IsDossier(folder) && IsInside(path, folder)) is { } dossier)
                    throw new UsageException($"--output {path} lies in the dossier {dossier}, whose seal covers every file: name another place.");
                using var signer = signing.Open(parsed, tool);
                var trusted = signer?.Signer.Own ?? trust.Read(parsed, tool.Clock)?.SignersAt(null);
                if (trusted is null && parsed.GetValue(vkey) is not null)
                    throw new UsageException("--vkey goes with --key, --roots or --trust: a dossier is verified whole or not at all.");
                var log = Log();
                if (trusted is not null && !folders.All(folder => IsVerified(tool, new VerifyRequest(folder, null, trusted, log, new ExpectedInputs(null, null, null)), cancellationToken)))
                    return ExitCode.Integrity;
                AtomicFile.Write(path, Render([.. folders.Select(folder => Read(folder, trusted is not null))], path, lang, signer));
                if (trusted is null)
                    tool.Screen.Say("Note: the dossier's signatures were not checked, and the report says so. Give the gate's key with --key PUBLIC.pem, or --roots or --trust.");
                tool.Screen.Say($"Wrote {path}.");
                return ExitCode.Done;
            });
    }

    private static byte[] Render(IReadOnlyList<ReportContents> contents, string path, ReportLanguage language, OpenedSigner? signer) => (contents.Count, Path.GetExtension(path).ToLowerInvariant()) switch
    {
        (> 1, _) => ComparePage.Render(contents, language),
        (_, Pdf) => AuditReport.Render(contents[0], language, FontSet.For(language), signer?.Signer, File.Exists(path) ? File.ReadAllBytes(path) : default),
        (_, Html) => HtmlReport.Render(contents[0], language),
        _ => ModelCard.Render(contents[0], language),
    };

    private static bool IsInside(string path, string folder) => Path.GetRelativePath(folder, path) is var relative && !Path.IsPathRooted(relative) && relative != ".." && !relative.StartsWith(".." + Path.DirectorySeparatorChar, StringComparison.Ordinal);

    private static string Require(string path, string what, params string[] endings) => endings.Contains(Path.GetExtension(path).ToLowerInvariant())
        ? path
        : throw new UsageException($"--output {path}: {what} is written to a file that ends in {string.Join(" or ", endings)}.");

    private static int WritePortfolio(Tool tool, string path, string[] dossiers, string ledger, LedgerVerifier log, Governance.Trust.TrustPolicy? trust, ReportLanguage language, CancellationToken cancellationToken)
    {
        var opened = LedgerFolder.Open(ledger);
        var releases = trust is null ? Portfolio.Unjudged(LedgerHistory.Of(opened.ReadEntries(log, cancellationToken))) : Portfolio.Of(ReleaseRegister.Read(opened, log, trust, dossiers, [], cancellationToken));
        var decisions = dossiers.Select(folder => Record.ReadFile<Decision>(Path.Combine(folder, Dossier.DecisionFile)));
        AtomicFile.Write(path, PortfolioPage.Render(log.Name, releases, decisions, DateOnly.FromDateTime(tool.Clock.GetUtcNow().UtcDateTime), language));
        if (trust is null)
            tool.Screen.Say("Note: without --trust every logged revocation counts, whoever signed it.");
        tool.Screen.Say($"Wrote {path}.");
        return ExitCode.Done;
    }

    private static bool IsVerified(Tool tool, VerifyRequest request, CancellationToken cancellationToken)
    {
        if (!Directory.Exists(request.Path))
            throw new DossierException(request.Path, "no such folder", "Give the dossier of a gate that ended.");
        var findings = FolderVerifier.CheckDossier(request, cancellationToken).Findings;
        foreach (var finding in findings)
            tool.Screen.Say($"Does not hold: {finding}");
        if (findings.Count > 0)
        {
            tool.Screen.Say(findings.All(finding => finding.Fault is SignatureFault.OtherKey or SignatureFault.UnsupportedMethod or SignatureFault.UntrustedCertificate)
                ? "No report was written: another key sealed the dossier than the one that was given. With --key it is verified under that key and signed by it, so give the gate's; without a key the report is neither."
                : "No report was written: the dossier is not the one that the gate sealed.");
        }
        return findings.Count == 0;
    }

    private static ReportContents Read(string folder, bool signaturesAreChecked)
    {
        var own = Path.Combine(folder, DossierProofs.ReportFile);
        var times = File.Exists(own) ? ReportEvidence.TimesIn(File.ReadAllBytes(own), own) : new Dictionary<string, DateTimeOffset>();
        return ReportEvidence.OfDossier(folder, file => times.TryGetValue(file, out var time) ? time : null).ToContents(signaturesAreChecked);
    }
}

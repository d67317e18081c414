using Loragate.Artifacts.Folders;
using Loragate.Cli.Output;
using Loragate.Cli.Verifying;
using Loragate.Governance.Dossiers;
using Loragate.Governance.Keys;
using Loragate.Governance.Publication;
using Loragate.Governance.Reports;
using Loragate.Governance.Reports.Fonts;
using Loragate.Governance.Reports.Html;
using Loragate.Governance.Signing;

namespace Loragate.Cli.Verbs;

/// <summary>The report of one dossier, or the comparison of several.</summary>
internal sealed class DossierReport
{
    private readonly Tool _tool;
    private readonly ReportTarget _target;

    /// <summary>Takes what can be written, and refuses the rest before anything is read.</summary>
    /// <exception cref="UsageException">No dossier, a file of another kind, or a place that a dossier's seal covers.</exception>
    public DossierReport(Tool tool, ReportTarget target)
    {
        (_tool, _target) = (tool, target);
        if (target.Dossiers.Count == 0)
            throw new UsageException("Which dossier? Give --dossier DIR, or --ledger DIR for the releases of a ledger.");
        if (target.Dossiers.Count > 1)
            target.Require("a comparison", ReportTarget.Html);
        else
            target.Require("a report", ReportTarget.Pdf, ReportTarget.Html, ReportTarget.Card);
        if (target.Dossiers.FirstOrDefault(folder => Dossier.IsDossier(folder) && IsInside(target.Path, folder)) is { } dossier)
            throw new UsageException($"--output {target.Path} lies in the dossier {dossier}, whose seal covers every file: name another place.");
    }

    /// <summary>Verifies the dossiers where somebody is trusted to have sealed them, and writes the report.</summary>
    /// <param name="trusted">Who is trusted; null leaves the dossiers unverified, and the report says so.</param>
    /// <param name="log">The ledger's key; null proves nothing of the ledger.</param>
    /// <param name="signer">Signs a PDF; null for none.</param>
    /// <param name="cancellationToken">Stops it.</param>
    public int Write(SignerTrust? trusted, LedgerVerifier? log, Signer? signer, CancellationToken cancellationToken)
    {
        if (trusted is not null && !_target.Dossiers.All(folder => IsVerified(new VerifyRequest(folder, null, trusted, log, new ExpectedInputs(null, null, null)), cancellationToken)))
            return ExitCode.Integrity;
        AtomicFile.Write(_target.Path, Render([.. _target.Dossiers.Select(folder => ReportEvidence.OfFinished(folder).ToContents(signaturesAreChecked: trusted is not null) with { Build = Tool.Version })], signer));
        if (trusted is null)
            _tool.Screen.Say("Note: the dossier's signatures were not checked, and the report says so. Give the gate's key with --key PUBLIC.pem, or --roots or --trust.");
        _tool.Screen.Say($"Wrote {_target.Path}.");
        return ExitCode.Done;
    }

    private byte[] Render(IReadOnlyList<ReportContents> contents, Signer? signer) => (contents.Count, _target.Ending) switch
    {
        (> 1, _) => ComparePage.Render(contents, _target.Language),
        (_, ReportTarget.Pdf) => AuditReport.Render(contents[0], _target.Language, FontSet.For(_target.Language), signer, File.Exists(_target.Path) ? File.ReadAllBytes(_target.Path) : default, new Relay<string>(_tool.Screen.Say)),
        (_, ReportTarget.Html) => HtmlReport.Render(contents[0], _target.Language),
        _ => ModelCard.Render(contents[0], _target.Language),
    };

    private bool IsVerified(VerifyRequest request, CancellationToken cancellationToken)
    {
        if (!Directory.Exists(request.Path))
            throw new DossierException(request.Path, "no such folder", "Give the dossier of a gate that ended.");
        var findings = FolderVerifier.CheckDossier(request, cancellationToken).Findings;
        foreach (var finding in findings)
            _tool.Screen.Say($"Does not hold: {finding}");
        if (findings.Count > 0)
        {
            _tool.Screen.Say(findings.All(finding => finding.IsByStranger)
                ? "No report was written: another key sealed the dossier than the one that was given. With --key it is verified under that key and signed by it, so give the gate's; without a key the report is neither."
                : "No report was written: the dossier is not the one that the gate sealed, or its decision does not follow from its evidence.");
        }
        return findings.Count == 0;
    }

    private static bool IsInside(string path, string folder) => Path.GetRelativePath(folder, path) is var relative && !Path.IsPathRooted(relative) && relative != ".." && !relative.StartsWith(".." + Path.DirectorySeparatorChar, StringComparison.Ordinal);
}

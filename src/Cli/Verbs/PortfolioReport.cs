using Loragate.Artifacts.Folders;
using Loragate.Artifacts.Records;
using Loragate.Artifacts.Records.Deciding;
using Loragate.Governance.Auditing;
using Loragate.Governance.Dossiers;
using Loragate.Governance.Keys;
using Loragate.Governance.Ledger;
using Loragate.Governance.Reports.Html;
using Loragate.Governance.Trust;

namespace Loragate.Cli.Verbs;

/// <summary>The page of a ledger's releases, with the figures of dossiers that are at hand.</summary>
internal sealed class PortfolioReport
{
    private readonly Tool _tool;
    private readonly ReportTarget _target;

    public PortfolioReport(Tool tool, ReportTarget target)
    {
        target.Require("the page of a ledger", ReportTarget.Html);
        (_tool, _target) = (tool, target);
    }

    /// <summary>Writes the page.</summary>
    /// <param name="ledger">The ledger's folder.</param>
    /// <param name="log">Its key.</param>
    /// <param name="trust">Whose revocations count; null for whoever's.</param>
    /// <param name="cancellationToken">Stops it.</param>
    public int Write(string ledger, LedgerVerifier log, TrustPolicy? trust, CancellationToken cancellationToken)
    {
        var opened = LedgerFolder.Open(ledger);
        var releases = trust is null ? Portfolio.Unjudged(LedgerHistory.Of(opened.ReadEntries(log, cancellationToken))) : Portfolio.Of(ReleaseRegister.Read(opened, log, trust, [.. _target.Dossiers], [], cancellationToken));
        var decisions = _target.Dossiers.Select(folder => DecisionOf(folder, releases, log)).ToList();
        AtomicFile.Write(_target.Path, PortfolioPage.Render(log.Name, releases, decisions, trust is not null, _tool.Today, _target.Language));
        if (trust is null)
            _tool.Screen.Say("Note: without --trust every logged revocation counts, whoever signed it, and the page says so.");
        _tool.Screen.Say($"Wrote {_target.Path}.");
        return ExitCode.Done;
    }

    private static Decision DecisionOf(string folder, IReadOnlyList<PortfolioRelease> releases, LedgerVerifier log)
    {
        var path = Path.Combine(folder, Dossier.DecisionFile);
        if (!File.Exists(path))
            throw new DossierException(folder, $"no {Dossier.DecisionFile}", "Give the dossier of a gate that ended.");
        var decision = Record.ReadFile<Decision>(path);
        return releases.Any(release => release.Decision == decision.ComputeDigest())
            ? decision
            : throw new UsageException($"--dossier {folder}: the ledger '{log.Name}' holds no release by its decision ({decision.ComputeDigest().Abbreviated}), so the page has no place for its figures. Name the dossiers of releases in this ledger.");
    }
}

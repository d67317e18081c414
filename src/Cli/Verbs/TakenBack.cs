using Loragate.Artifacts;
using Loragate.Artifacts.Folders;
using Loragate.Governance.Approvals;
using Loragate.Governance.Auditing;
using Loragate.Governance.Dossiers;
using Loragate.Governance.Ledger;
using Loragate.Governance.Publication;

namespace Loragate.Cli.Verbs;

/// <summary>The release that 'revoke' and 'rollback' take back, and why.</summary>
internal static class TakenBack
{
    /// <exception cref="UsageException">No reason, or none in plain words.</exception>
    public static string ReasonOf(string reason) =>
        reason.Length > 0 && PlainWords.Fault(reason) is null ? reason : throw new UsageException($"--reason: {(reason.Length > 0 ? PlainWords.Fault(reason) : "taking a release back needs one")}.");

    /// <summary>The folder of a release: itself, or the one in its dossier.</summary>
    /// <exception cref="FolderException">No such folder.</exception>
    public static string FolderOf(string folder)
    {
        if (!Directory.Exists(folder))
            throw new FolderException(folder, "no such folder", "Give a release, or the dossier that it lies in.");
        return Dossier.IsDossier(folder) ? Path.Combine(folder, DossierProofs.ReleaseFolder) : folder;
    }

    /// <summary>The entry of a release.</summary>
    /// <exception cref="LedgerException">The ledger does not hold it.</exception>
    public static (Digest Manifest, LoggedEvent Release) Find(string folder, LedgerHistory history, string ledger, CancellationToken cancellationToken)
    {
        var manifest = ReleaseLayout.ManifestDigest(FolderManifest.Read(FolderOf(folder), cancellationToken).Files);
        return (manifest, ReleaseRegister.Find(history, manifest)
            ?? throw new LedgerException(ledger, $"no release with the manifest {manifest}", "Give the release exactly as it was published, and the ledger that it was logged in."));
    }
}

using Loragate.Artifacts;
using Loragate.Artifacts.Folders;
using Loragate.Governance.Auditing;
using Loragate.Governance.Keys;
using Loragate.Governance.Ledger;
using Loragate.Governance.Publication;
using Loragate.Governance.Signing;
using Loragate.Governance.Trust;

namespace Loragate.Cli.Verbs;

/// <summary>Somebody whom the trust policy names, about to take a release back, and the ledger that will say so.</summary>
/// <param name="id">His id in the trust policy.</param>
/// <param name="reason">Why, in one line.</param>
/// <param name="trust">The trust policy.</param>
/// <param name="signer">He, with his key, which is disposed with this.</param>
/// <param name="ledgerKey">The ledger's key, which is disposed with this.</param>
/// <param name="ledger">The ledger, open for writing.</param>
internal sealed class Revoker(string id, string reason, TrustPolicy trust, OpenedSigner signer, LedgerKey ledgerKey, LedgerWriter ledger) : IDisposable
{
    public string Id => id;

    public string Reason => reason;

    public TrustPolicy Trust => trust;

    public Signer Signer => signer.Signer;

    public LedgerWriter Ledger => ledger;

    /// <summary>The release in a folder, and its entry.</summary>
    /// <exception cref="LedgerException">The ledger does not hold it.</exception>
    public (Digest Manifest, LoggedEvent Release) Find(string folder, LedgerHistory history, CancellationToken cancellationToken)
    {
        var manifest = ReleaseLayout.ManifestDigest(FolderManifest.Read(ReleaseArgument.FolderOf(folder), cancellationToken).Files);
        return (manifest, ReleaseRegister.Find(history, manifest)
            ?? throw new LedgerException($"the ledger '{ledger.Verifier.Name}'", $"no release with the manifest {manifest}, which {Printable.Of(folder)} has", "Give the release exactly as it was published, and the ledger that it was logged in."));
    }

    /// <summary>The revocations of a release that the ledger holds, and the one among them of somebody known, which stands: nobody revokes twice.</summary>
    /// <param name="history">The ledger.</param>
    /// <param name="release">The release's entry.</param>
    /// <param name="manifest">Its manifest digest.</param>
    public (IReadOnlyList<RevokedRelease> All, RevokedRelease? Known) RevocationsOf(LedgerHistory history, LoggedEvent release, Digest manifest)
    {
        List<RevokedRelease> all = [.. RevokedRelease.Of(history, ReleaseLayout.AdapterIn(release.Entry), trust).Where(revoked => revoked.Manifest == manifest)];
        return (all, all.Find(revoked => revoked.Signer is not null));
    }

    public void Dispose()
    {
        signer.Dispose();
        ledgerKey.Dispose();
    }
}

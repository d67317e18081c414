using Loragate.Artifacts;
using Loragate.Artifacts.Folders;
using Loragate.Governance.Approvals;
using Loragate.Governance.Dossiers;
using Loragate.Governance.Ledger;
using Loragate.Governance.Signing;
using Loragate.Governance.Trust;

namespace Loragate.Governance.Publication;

/// <summary>
/// When what people signed counts as signed: when the ledger first held the bundle or, before that, when a time stamp inside it proves that it existed. Bundles lie in
/// dossiers and releases, so whoever has these folders can prove more than the ledger alone.
/// </summary>
public sealed class SignatureTimes
{
    private readonly LedgerHistory _history;
    private readonly Dictionary<Digest, DateTimeOffset> _stamps = [];

    private SignatureTimes(LedgerHistory history) => _history = history;

    /// <summary>What the ledger alone tells.</summary>
    public static SignatureTimes Of(LedgerHistory history) => new(history);

    /// <summary>The same, and what the approvals and waivers in some dossiers and releases prove. A time stamp that does not hold proves nothing: the ledger's time stays.</summary>
    /// <param name="history">The ledger's entries, after they hashed to its signed root.</param>
    /// <param name="folders">The folders; what is no plain file in them is left to whoever verifies them.</param>
    /// <param name="trust">Whose time stamps count.</param>
    public static SignatureTimes Of(LedgerHistory history, IEnumerable<string> folders, TrustPolicy trust)
    {
        ArgumentNullException.ThrowIfNull(folders);
        ArgumentNullException.ThrowIfNull(trust);
        var times = new SignatureTimes(history);
        foreach (var file in trust.Timestamps is null ? [] : folders.SelectMany(FilesIn))
            times.ReadStamp(file, trust);
        return times;
    }

    /// <summary>When a bundle counts as signed; null where the ledger does not hold it.</summary>
    /// <param name="type"><see cref="EndorsementEntry.Approval"/> or <see cref="EndorsementEntry.Waiver"/>: an entry of another kind is not about what was signed.</param>
    /// <param name="bundle">SHA-256 of its bytes.</param>
    public DateTimeOffset? Of(string type, Digest bundle) => _history.First(type, bundle) is { } logged ? Of(logged, bundle) : null;

    /// <summary>When a bundle counts as signed that an entry is about: whatever else the entry is about, its time stamps prove nothing of this one.</summary>
    internal DateTimeOffset Of(LoggedEvent logged, Digest bundle) => _stamps.TryGetValue(bundle, out var stamped) && stamped < logged.Entry.Time ? stamped : logged.Entry.Time;

    private static IEnumerable<string> FilesIn(string folder)
    {
        try
        {
            return [.. FolderManifest.List(folder).Where(file => EndorsementFiles.IsOne(file) || ReleaseLayout.IsEndorsement(file)).Select(file => Path.Combine(folder, file))];
        }
        catch (FolderException)
        {
            return [];
        }
    }

    private void ReadStamp(string file, TrustPolicy trust)
    {
        try
        {
            var bytes = PlainFile.Read(file, EndorsementFiles.MaxBytes);
            if (trust.StampedTimeOf(SigstoreBundle.Parse(bytes, file), file) is { } stamped)
                _stamps[Digest.Of(bytes)] = stamped;
        }
        catch (Exception e) when (e is SignatureException or FolderException)
        {
            return;
        }
    }
}

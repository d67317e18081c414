using Loragate.Artifacts;
using Loragate.Artifacts.Folders;
using Loragate.Governance.Dossiers;
using Loragate.Governance.Ledger;
using Loragate.Governance.Publication;
using Loragate.Governance.Signing;
using Loragate.Governance.Trust;

namespace Loragate.Governance.Auditing;

/// <summary>
/// When people signed, as time stamps inside their bundles prove: the ledger tells only when it saw a bundle. Bundles lie in dossiers and releases, so whoever
/// has these folders can prove more than the ledger alone.
/// </summary>
public sealed class StampedTimes
{
    private readonly Dictionary<Digest, DateTimeOffset> _times = [];

    private StampedTimes()
    {
    }

    /// <summary>Nothing is proved but what the ledger tells.</summary>
    public static StampedTimes None { get; } = new();

    /// <summary>What the approvals and waivers in some dossiers and releases prove. A time stamp that does not hold proves nothing: the ledger's time stays.</summary>
    /// <param name="folders">The folders; what is no plain file in them is left to whoever verifies them.</param>
    /// <param name="trust">Whose time stamps count.</param>
    public static StampedTimes In(IEnumerable<string> folders, TrustPolicy trust)
    {
        ArgumentNullException.ThrowIfNull(folders);
        ArgumentNullException.ThrowIfNull(trust);
        var stamped = new StampedTimes();
        if (trust.Timestamps is null)
            return stamped;
        foreach (var file in folders.SelectMany(FilesIn))
            stamped.Read(file, trust);
        return stamped;
    }

    /// <summary>When what somebody signed counts as signed: when its bundle, the entry's one subject, was logged, or before that where a time stamp proves it.</summary>
    internal DateTimeOffset TimeOf(LoggedEvent logged) => _times.TryGetValue(logged.Entry.Subjects[0].Sha256, out var stamped) && stamped < logged.Entry.Time ? stamped : logged.Entry.Time;

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

    private void Read(string file, TrustPolicy trust)
    {
        try
        {
            var bytes = PlainFile.Read(file, EndorsementFiles.MaxBytes);
            _times[Digest.Of(bytes)] = trust.TimeOf(SigstoreBundle.Parse(bytes, file), DateTimeOffset.MaxValue, file);
        }
        catch (Exception e) when (e is SignatureException or FolderException)
        {
            return;
        }
    }
}

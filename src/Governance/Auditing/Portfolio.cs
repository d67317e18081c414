using Loragate.Artifacts;
using Loragate.Governance.Ledger;
using Loragate.Governance.Publication;
using Loragate.Governance.Signing;
using Loragate.Governance.Trust;

namespace Loragate.Governance.Auditing;

/// <summary>Every release of a ledger and whether it stands, from the ledger alone: the release folders are not looked at.</summary>
public static class Portfolio
{
    private const string DecisionSchema = "loragate.decision/1";

    /// <summary>The releases in the ledger's order.</summary>
    /// <param name="history">The ledger's entries, after they hashed to its signed root.</param>
    /// <param name="trust">Who may revoke; null lets every logged revocation count, since stopping is never the dangerous direction.</param>
    public static IReadOnlyList<PortfolioRelease> Of(LedgerHistory history, TrustPolicy? trust)
    {
        ArgumentNullException.ThrowIfNull(history);
        var revoked = history.OfType(Revocation.EntryType).Where(logged => Counts(logged, trust)).SelectMany(logged => logged.Entry.Subjects).Where(subject => subject.Name == ReleaseLayout.EntrySubject).Select(subject => subject.Sha256).ToHashSet();
        var releases = history.OfType(ReleaseLayout.EntryType)
            .Select(logged => (Logged: logged, Name: Printable.Of(logged.Entry.Subjects[0].Name), Data: DecisionData.Read(logged.Entry), IsRevoked: ReleaseLayout.ManifestIn(logged.Entry) is { } manifest && revoked.Contains(manifest)))
            .ToList();
        var latest = releases.Where(release => !release.IsRevoked).GroupBy(release => release.Name, StringComparer.Ordinal).ToDictionary(group => group.Key, group => group.Max(release => release.Data?.Release ?? 0), StringComparer.Ordinal);
        return
        [
            .. releases.Select(release => new PortfolioRelease(
                release.Logged.Index,
                release.Logged.Entry.Time,
                release.Name,
                release.IsRevoked ? ReleaseState.Revoked : latest[release.Name] > (release.Data?.Release ?? 0) ? ReleaseState.Superseded : ReleaseState.Current,
                release.Logged.Entry.Evidence.Where(evidence => evidence.Kind == DecisionSchema).Select(evidence => (Digest?)evidence.Sha256).FirstOrDefault(),
                release.Data)),
        ];
    }

    private static bool Counts(LoggedEvent logged, TrustPolicy? trust)
    {
        if (trust is null)
            return true;
        try
        {
            _ = Revocation.Read(logged, trust, out _);
            return true;
        }
        catch (SignatureException)
        {
            return false;
        }
    }
}

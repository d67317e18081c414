using Loragate.Artifacts;
using Loragate.Artifacts.Records.Deciding;
using Loragate.Governance.Ledger;
using Loragate.Governance.Publication;

namespace Loragate.Governance.Auditing;

/// <summary>Every release of a ledger and whether it stands, from the ledger alone: the release folders are not looked at.</summary>
public static class Portfolio
{
    /// <summary>The releases in the ledger's order, each as the ledger and a trust policy judge it.</summary>
    /// <param name="register">What the ledger says of them.</param>
    public static IReadOnlyList<PortfolioRelease> Of(ReleaseRegister register)
    {
        ArgumentNullException.ThrowIfNull(register);
        return [.. register.Releases.Select(logged => Tell(logged, register.StateOf(logged)))];
    }

    /// <summary>The same without a trust policy: every logged revocation counts, since stopping is never the dangerous direction, and nobody's key is judged.</summary>
    /// <param name="history">The ledger's entries, after they hashed to its signed root.</param>
    public static IReadOnlyList<PortfolioRelease> Unjudged(LedgerHistory history)
    {
        ArgumentNullException.ThrowIfNull(history);
        var revocations = new LoggedRevocations(history, trust: null);
        bool IsRevoked(LoggedEvent logged) => revocations.Against(logged).Any();
        var latest = history.OfType(ReleaseLayout.EntryType).Where(logged => !IsRevoked(logged)).GroupBy(NameOf, StringComparer.Ordinal).ToDictionary(group => group.Key, group => group.Max(NumberOf), StringComparer.Ordinal);
        return [.. history.OfType(ReleaseLayout.EntryType).Select(logged => Tell(logged, IsRevoked(logged) ? ReleaseState.Revoked : latest[NameOf(logged)] > NumberOf(logged) ? ReleaseState.Superseded : ReleaseState.Current))];
    }

    private static string NameOf(LoggedEvent logged) => Printable.Of(logged.Entry.Subjects[0].Name);

    private static int NumberOf(LoggedEvent logged) => DecisionData.Read(logged.Entry)?.Release ?? 0;

    private static PortfolioRelease Tell(LoggedEvent logged, ReleaseState state) => new(
        logged.Index,
        logged.Entry.Time,
        NameOf(logged),
        state,
        logged.Entry.Evidence.FirstOrDefault(evidence => evidence.Kind == Decision.SchemaName)?.Sha256,
        DecisionData.Read(logged.Entry));
}

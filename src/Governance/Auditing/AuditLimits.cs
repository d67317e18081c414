using Loragate.Artifacts;
using Loragate.Governance.Ledger;
using Loragate.Governance.Publication;
using Loragate.Governance.Trust;

namespace Loragate.Governance.Auditing;

/// <summary>What an audit could not look at, in sentences: it may be wrong although nothing was found.</summary>
public static class AuditLimits
{
    private const int MostNamed = 20;

    /// <summary>The sentences.</summary>
    /// <param name="history">The ledger's entries, after they hashed to its signed root.</param>
    /// <param name="trust">Who may sign what.</param>
    /// <param name="held">The entries of decisions that were held against their dossiers.</param>
    public static IReadOnlyList<string> Of(LedgerHistory history, TrustPolicy trust, IReadOnlySet<long> held)
    {
        ArgumentNullException.ThrowIfNull(history);
        ArgumentNullException.ThrowIfNull(trust);
        ArgumentNullException.ThrowIfNull(held);
        var decisions = history.OfType(DecisionData.EntryType).ToList();
        var open = decisions.Where(decision => !held.Contains(decision.Index)).ToList();
        var released = history.OfType(ReleaseLayout.EntryType).Select(release => ReleaseRegister.DecisionUnder(history, release)?.Index).ToHashSet();
        var unproved = open.Where(decision => released.Contains(decision.Index)).ToList();
        var unnamed = unproved.SelectMany(decision => KeysIn(decision).Where(key => LoggedKey.IsUnnamed(key, trust))).Distinct().ToList();
        List<string> limits = [];
        if (open.Count > 0)
            limits.Add($"the grounds of {open.Count} of the {decisions.Count} logged decisions: their dossiers were not held against the ledger. {(unproved.Count == 0 ? "No release rests on these" : $"Releases rest on entries {Named(unproved.Select(decision => $"{decision.Index}"))}")}");
        if (unnamed.Count > 0)
            limits.Add($"whose the keys {Named(unnamed.Select(key => key.Abbreviated))} are, which signed under these: the trust policy names them nowhere, and of a certificate the ledger holds only its key. The dossiers tell: --dossiers DIR");
        return limits;
    }

    private static IEnumerable<Digest> KeysIn(LoggedEvent decision) => DecisionData.Read(decision.Entry) is { } data
        ? [.. new[] { data.Gate }.OfType<Digest>(), .. (data.Approvals ?? []).Select(approval => approval.Key), .. (data.Waivers ?? []).SelectMany(waiver => waiver.Signatures).Select(signature => signature.Key)]
        : [];

    private static string Named(IEnumerable<string> all)
    {
        var names = all.ToList();
        return string.Join(", ", names.Take(MostNamed)) + (names.Count > MostNamed ? $" and {names.Count - MostNamed} more" : "");
    }
}

using Loragate.Governance.Ledger;

namespace Loragate.Governance.Publication;

/// <summary>The releases of an adapter's name are counted from 1 in the order in which the ledger holds them.</summary>
public static class ReleaseNumber
{
    /// <summary>The number that the next release of this name gets.</summary>
    public static int Next(LedgerHistory history, string adapter)
    {
        ArgumentNullException.ThrowIfNull(history);
        return 1 + history.OfType(ReleaseLayout.EntryType)
            .Where(logged => logged.Entry.Subjects[0].Name == adapter)
            .Select(logged => DecisionData.Read(logged.Entry)?.Release ?? 0)
            .DefaultIfEmpty(0)
            .Max();
    }
}

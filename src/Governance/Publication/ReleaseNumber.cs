using System.Text.Json;
using Loragate.Governance.Ledger;

namespace Loragate.Governance.Publication;

/// <summary>The releases of an adapter's name are counted from 1 in the order in which the ledger holds them.</summary>
public static class ReleaseNumber
{
    /// <summary>The member of a release's data.</summary>
    public const string Member = "release";

    /// <summary>The number of a release's entry; null where it has none.</summary>
    public static int? Of(LedgerEntry entry)
    {
        ArgumentNullException.ThrowIfNull(entry);
        return entry.Data.TryGetProperty(Member, out var value) && value.ValueKind == JsonValueKind.Number && value.TryGetInt32(out var number) && number > 0 ? number : null;
    }

    /// <summary>The number that the next release of this name gets.</summary>
    public static int Next(LedgerHistory history, string adapter)
    {
        ArgumentNullException.ThrowIfNull(history);
        return 1 + history.OfType(ReleaseLayout.EntryType).Where(logged => logged.Entry.Subjects[0].Name == adapter).Select(logged => Of(logged.Entry) ?? 0).DefaultIfEmpty(0).Max();
    }
}

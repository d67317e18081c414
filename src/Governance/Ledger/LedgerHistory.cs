using Loragate.Artifacts;

namespace Loragate.Governance.Ledger;

/// <summary>What a ledger tells, in its order; entries of other programs are left out.</summary>
public sealed class LedgerHistory
{
    private readonly Dictionary<(string Type, Digest Subject), LoggedEvent> _first = [];

    private LedgerHistory(IReadOnlyList<LoggedEvent> events)
    {
        Events = events;
        foreach (var logged in events)
        {
            foreach (var subject in logged.Entry.Subjects)
                _first.TryAdd((logged.Entry.Type, subject.Sha256), logged);
        }
    }

    /// <summary>Every event.</summary>
    public IReadOnlyList<LoggedEvent> Events { get; }

    /// <summary>Reads entries that hashed to the ledger's signed root.</summary>
    /// <param name="entries">All of them, from index 0 on.</param>
    public static LedgerHistory Of(IReadOnlyList<ReadOnlyMemory<byte>> entries)
    {
        ArgumentNullException.ThrowIfNull(entries);
        var events = new List<LoggedEvent>(entries.Count);
        for (var i = 0; i < entries.Count; i++)
        {
            if (LedgerEntry.TryParse(entries[i], out var entry))
                events.Add(new LoggedEvent(i, entry!));
        }
        return new LedgerHistory(events);
    }

    /// <summary>Every event of a type.</summary>
    public IEnumerable<LoggedEvent> OfType(string type) => Events.Where(logged => logged.Entry.Type == type);

    /// <summary>The first event of a type about these bytes, or null: its time is the time of the bytes.</summary>
    public LoggedEvent? First(string type, Digest subject) => _first.GetValueOrDefault((type, subject));
}

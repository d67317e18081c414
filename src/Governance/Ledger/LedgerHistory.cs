using Loragate.Artifacts;

namespace Loragate.Governance.Ledger;

/// <summary>What a ledger tells, in its order; entries of other programs are left out. Nothing is parsed before it is asked for.</summary>
public sealed class LedgerHistory
{
    private readonly Lazy<IReadOnlyList<LoggedEvent>> _events;
    private readonly Lazy<Dictionary<(string Type, Digest Subject), LoggedEvent>> _first;

    private LedgerHistory(IReadOnlyList<ReadOnlyMemory<byte>> entries)
    {
        _events = new(() => Parse(entries));
        _first = new(() => FirstOf(Events));
    }

    /// <summary>Every event.</summary>
    public IReadOnlyList<LoggedEvent> Events => _events.Value;

    /// <summary>Reads entries that hashed to the ledger's signed root.</summary>
    /// <param name="entries">All of them, from index 0 on.</param>
    public static LedgerHistory Of(IReadOnlyList<ReadOnlyMemory<byte>> entries)
    {
        ArgumentNullException.ThrowIfNull(entries);
        return new LedgerHistory(entries);
    }

    /// <summary>Every event of a type.</summary>
    public IEnumerable<LoggedEvent> OfType(string type) => Events.Where(logged => logged.Entry.Type == type);

    /// <summary>The event at an index, which must be one of <see cref="Events"/>.</summary>
    public LoggedEvent At(long index) => Events.First(logged => logged.Index == index);

    /// <summary>The first event of a type about these bytes, or null: its time is the time of the bytes.</summary>
    public LoggedEvent? First(string type, Digest subject) => _first.Value.GetValueOrDefault((type, subject));

    private static List<LoggedEvent> Parse(IReadOnlyList<ReadOnlyMemory<byte>> entries)
    {
        var events = new List<LoggedEvent>(entries.Count);
        for (var i = 0; i < entries.Count; i++)
        {
            if (LedgerEntry.TryParse(entries[i], out var entry))
                events.Add(new LoggedEvent(i, entry!));
        }
        return events;
    }

    private static Dictionary<(string Type, Digest Subject), LoggedEvent> FirstOf(IReadOnlyList<LoggedEvent> events)
    {
        var first = new Dictionary<(string Type, Digest Subject), LoggedEvent>();
        foreach (var logged in events)
        {
            foreach (var subject in logged.Entry.Subjects)
                first.TryAdd((logged.Entry.Type, subject.Sha256), logged);
        }
        return first;
    }
}

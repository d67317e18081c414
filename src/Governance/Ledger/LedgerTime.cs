using System.Globalization;
using Loragate.Artifacts;

namespace Loragate.Governance.Ledger;

/// <summary>
/// Times in a ledger are its writers' words, but they go forward: a clock that was set back, which would make old evidence young, shows
/// by an entry that stands after a later one.
/// </summary>
internal static class LedgerTime
{
    /// <summary>How far the clocks of two writers may lie apart.</summary>
    public static readonly TimeSpan Tolerance = TimeSpan.FromMinutes(5);

    /// <summary>The latest time of some entries; the beginning of time where none has one.</summary>
    public static DateTimeOffset Latest(IEnumerable<ReadOnlyMemory<byte>> entries)
    {
        var latest = DateTimeOffset.MinValue;
        foreach (var entry in entries)
        {
            if (EntryTail.TryRead(entry.Span, out var tail) && tail.Time > latest)
                latest = tail.Time;
        }
        return latest;
    }

    /// <summary>Refuses a time that lies before what is logged already.</summary>
    /// <param name="time">The time.</param>
    /// <param name="latest">The latest time that is logged.</param>
    /// <param name="ledger">The ledger, for messages.</param>
    /// <exception cref="IntegrityException">It lies before the latest entry by more than the tolerance.</exception>
    public static void RequireForward(DateTimeOffset time, DateTimeOffset latest, string ledger)
    {
        if (latest - time > Tolerance)
            throw new IntegrityException(ledger, $"an entry of {Text(latest)} is logged already, and the clock says {Text(time)}: by a clock that was set back, old evidence would be young");
    }

    /// <summary>A note for each entry that stands after a later one.</summary>
    public static IEnumerable<string> StepsBack(IReadOnlyList<ReadOnlyMemory<byte>> entries)
    {
        var latest = DateTimeOffset.MinValue;
        for (var i = 0; i < entries.Count; i++)
        {
            if (!EntryTail.TryRead(entries[i].Span, out var entry))
                continue;
            if (latest - entry.Time > Tolerance)
                yield return $"Entry {i} is of {Text(entry.Time)}, and stands after one of {Text(latest)}: a clock was wrong or set back.";
            latest = entry.Time > latest ? entry.Time : latest;
        }
    }

    private static string Text(DateTimeOffset time) => time.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);
}

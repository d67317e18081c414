using System.Text.Json;
using System.Text.Json.Nodes;
using Loragate.Artifacts;
using Loragate.Artifacts.Records;

namespace Loragate.Governance.Ledger;

/// <summary>
/// One event in the life of a release, as canonical JSON of at most 65,535 bytes. It holds digests, and whole statements only
/// where there is nowhere else to keep them: what they name carries its author's own signature; the ledger adds the order.
/// </summary>
/// <param name="Type">What happened, "decision", "release": lower-case words with hyphens.</param>
/// <param name="Time">When, by the writer's clock; kept in UTC to the second.</param>
/// <param name="Subjects">What it is about: at least one.</param>
/// <param name="Evidence">What it rests on.</param>
/// <param name="Data">An object with what else the type needs.</param>
public sealed record LedgerEntry(
    string Type,
    DateTimeOffset Time,
    IReadOnlyList<LedgerSubject> Subjects,
    IReadOnlyList<LedgerEvidence> Evidence,
    JsonElement Data) : Record
{
    /// <summary>The most bytes that an entry may have: the bundle's length prefix has 16 bits.</summary>
    public const int MaxBytes = EntryBundle.MaxEntryBytes;

    /// <inheritdoc/>
    public override string Schema => "loragate.ledger-entry/1";

    /// <summary>When, in UTC to the second.</summary>
    public DateTimeOffset Time { get; } = new(Time.UtcTicks - Time.UtcTicks % TimeSpan.TicksPerSecond, TimeSpan.Zero);

    /// <summary>An empty object for <see cref="Data"/>.</summary>
    public static JsonElement NoData { get; } = JsonSerializer.SerializeToElement(new JsonObject());

    /// <summary>Reads an entry; its bytes must be exactly what <see cref="Record.ToCanonicalJson"/> would write.</summary>
    /// <exception cref="RecordException">Another schema or form.</exception>
    /// <exception cref="LedgerException">Too long, or a field that says nothing.</exception>
    public static LedgerEntry Parse(ReadOnlyMemory<byte> utf8, string place)
    {
        var entry = Parse<LedgerEntry>(utf8, place);
        return entry.Fault() is { } fault ? throw new LedgerException(place, fault, "Entries are written by loragate and never edited.") : entry;
    }

    /// <summary>Reads an entry, or says no: a ledger may hold entries of other programs.</summary>
    public static bool TryParse(ReadOnlyMemory<byte> utf8, out LedgerEntry? entry)
    {
        try
        {
            entry = Parse(utf8, "entry");
        }
        catch (MalformedInputException)
        {
            entry = null;
        }
        return entry is not null;
    }

    /// <summary>SHA-256 of the canonical JSON without the time: the same event logged twice has the same key.</summary>
    public Digest ComputeIdempotencyKey() => EntryTail.Of(ToCanonicalJson()).IdempotencyKey;

    /// <summary>Why a ledger refuses this entry; null where it takes it.</summary>
    public string? Fault() => this switch
    {
        { Type: "" } => "no type",
        _ when !Type.All(c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c == '-') => $"the type '{Type}' is not made of lower-case letters, digits and hyphens",
        { Subjects.Count: 0 } => "no subject",
        _ when Subjects.Any(subject => subject.Name.Length == 0) => "a subject without a name",
        _ when Evidence.Any(evidence => evidence.Kind.Length == 0) => "evidence without a kind",
        _ when Data.ValueKind != JsonValueKind.Object => "data that is not an object",
        _ when ToCanonicalJson().Length is > MaxBytes and var length => $"{length} bytes where an entry has at most {MaxBytes}",
        _ => null,
    };
}

using System.Buffers;
using System.Globalization;
using System.Text;
using Loragate.Artifacts;

namespace Loragate.Governance.Ledger;

/// <summary>
/// What an append needs of the entries that are logged already, read from the end of their canonical JSON, <c>,"time":"…","type":"…"}</c>:
/// an append meets every one of them, and parsing them whole would take most of its time.
/// </summary>
/// <param name="Time">When, in UTC.</param>
/// <param name="IdempotencyKey">SHA-256 of the canonical JSON without the time.</param>
internal readonly record struct EntryTail(DateTimeOffset Time, Digest IdempotencyKey)
{
    private const int TimeLength = 25;
    private const string TimeFormat = "yyyy-MM-dd'T'HH:mm:ss'+00:00'";

    private static readonly SearchValues<byte> TypeLetters = SearchValues.Create("abcdefghijklmnopqrstuvwxyz0123456789-"u8);

    private static ReadOnlySpan<byte> Schema => "\"schema\":\"loragate.ledger-entry/1\""u8;

    private static ReadOnlySpan<byte> TimeMember => ",\"time\":\""u8;

    private static ReadOnlySpan<byte> TypeMember => "\",\"type\":\""u8;

    /// <summary>Reads the tail, or says no: a ledger may hold entries of other programs.</summary>
    public static bool TryRead(ReadOnlySpan<byte> entry, out EntryTail tail)
    {
        tail = default;
        var start = entry.LastIndexOf(TimeMember);
        if (start < 0 || entry.IndexOf(Schema) < 0)
            return false;
        var time = entry[(start + TimeMember.Length)..];
        if (time.Length < TimeLength || !time[TimeLength..].StartsWith(TypeMember) || !EndsInType(time[(TimeLength + TypeMember.Length)..]))
            return false;
        if (!DateTimeOffset.TryParseExact(Encoding.ASCII.GetString(time[..TimeLength]), TimeFormat, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var at))
            return false;
        // The quote that closes the time goes with it.
        tail = new EntryTail(at, Digest.Of([.. entry[..start], .. time[(TimeLength + 1)..]]));
        return true;
    }

    /// <summary>The tail of an entry that loragate itself wrote.</summary>
    public static EntryTail Of(ReadOnlySpan<byte> entry) =>
        TryRead(entry, out var tail) ? tail : throw new ArgumentException("Not an entry's canonical JSON.", nameof(entry));

    private static bool EndsInType(ReadOnlySpan<byte> text) =>
        text.Length > 2 && text.EndsWith("\"}"u8) && text[..^2].IndexOfAnyExcept(TypeLetters) < 0;
}

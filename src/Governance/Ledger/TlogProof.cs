using System.Globalization;
using System.Text;
using Loragate.Artifacts;
using Loragate.Artifacts.Folders;
using Loragate.Governance.Keys;

namespace Loragate.Governance.Ledger;

/// <summary>
/// A proof that an entry stands in a log, to be checked offline: index, audit path and the signed checkpoint (C2SP tlog-proof v1).
/// </summary>
/// <param name="Index">The entry's index.</param>
/// <param name="Path">The audit path.</param>
/// <param name="Checkpoint">The checkpoint note, with all its signatures.</param>
/// <param name="Extra">Data that the proof itself does not cover; loragate puts the logged entry here, whose hash the proof does cover.</param>
public sealed record TlogProof(long Index, IReadOnlyList<Digest> Path, ReadOnlyMemory<byte> Checkpoint, ReadOnlyMemory<byte>? Extra = null)
{
    private const string Header = "c2sp.org/tlog-proof@v1";
    private const string ExtraPrefix = "extra ";
    private const string IndexPrefix = "index ";
    private const int MaxBytes = 2 << 20;
    private const int MaxPath = 63;
    private const string Advice = "Ask for the proof again ('loragate ledger prove').";

    /// <summary>Whether a file says of itself that it is a proof.</summary>
    public static bool IsProof(ReadOnlySpan<byte> file) => file.StartsWith("c2sp.org/tlog-proof@"u8);

    /// <summary>Reads a proof from a file, which must be a plain one.</summary>
    /// <param name="path">The file.</param>
    /// <param name="place">What it is called in messages.</param>
    /// <exception cref="LedgerException">See <see cref="Parse"/>.</exception>
    /// <exception cref="FolderException">No plain file, or too long a one.</exception>
    public static TlogProof Read(string path, string place) => Parse(PlainFile.Read(path, MaxBytes), place);

    /// <summary>Reads a proof file.</summary>
    /// <exception cref="LedgerException">Another version, lines out of order, or numbers and hashes in another spelling.</exception>
    public static TlogProof Parse(ReadOnlySpan<byte> file, string place)
    {
        if (file.Length > MaxBytes)
            throw new LedgerException(place, $"{file.Length} bytes where a proof has at most {MaxBytes}", Advice);
        var end = file.IndexOf("\n\n"u8);
        if (end < 0)
            throw new LedgerException(place, "no empty line before the checkpoint", Advice);
        var lines = new Queue<string>(Encoding.UTF8.GetString(file[..end]).Split('\n'));
        if (lines.Dequeue() != Header)
            throw new LedgerException(place, $"the first line is not '{Header}'", Advice);
        var extra = ParseExtra(lines, place);
        var index = ParseIndex(lines, place);
        return lines.Count <= MaxPath
            ? new TlogProof(index, [.. lines.Select(line => ParseHash(line, place))], file[(end + 2)..].ToArray(), extra)
            : throw new LedgerException(place, $"{lines.Count} hashes where at most {MaxPath} are read", Advice);
    }

    /// <summary>The proof file.</summary>
    public byte[] ToBytes()
    {
        var text = new StringBuilder(Header).Append('\n');
        if (Extra is { } extra)
            text.Append(ExtraPrefix).Append(Convert.ToBase64String(extra.Span)).Append('\n');
        text.Append(IndexPrefix).Append(Index.ToString(CultureInfo.InvariantCulture)).Append('\n');
        foreach (var hash in Path)
            text.Append(Convert.ToBase64String(hash.ToBytes())).Append('\n');
        return [.. Encoding.UTF8.GetBytes(text.Append('\n').ToString()), .. Checkpoint.Span];
    }

    /// <summary>Checks that the log signed a checkpoint in which <paramref name="entry"/> stands at <see cref="Index"/>.</summary>
    /// <param name="entry">The entry's bytes.</param>
    /// <param name="log">The log's key.</param>
    /// <param name="place">The proof's file, for messages.</param>
    /// <returns>The checkpoint, now trusted.</returns>
    /// <exception cref="LedgerException">The checkpoint is malformed.</exception>
    /// <exception cref="IntegrityException">The proof does not hold.</exception>
    public LedgerCheckpoint Verify(ReadOnlySpan<byte> entry, LedgerVerifier log, string place)
    {
        var checkpoint = LedgerCheckpoint.Open(Checkpoint.Span, log, place);
        return MerkleTree.VerifyInclusion(MerkleTree.Leaf(entry), Index, checkpoint.Size, Path, checkpoint.Root)
            ? checkpoint
            : throw new IntegrityException(place, $"this entry does not stand at index {Index} of '{checkpoint.Origin}' at size {checkpoint.Size}");
    }

    private static ReadOnlyMemory<byte>? ParseExtra(Queue<string> lines, string place)
    {
        if (!lines.TryPeek(out var line) || !line.StartsWith(ExtraPrefix, StringComparison.Ordinal))
            return default(ReadOnlyMemory<byte>?);
        return Base64.Decode(lines.Dequeue()[ExtraPrefix.Length..]) ?? throw new LedgerException(place, "the extra data is not base64", Advice);
    }

    private static long ParseIndex(Queue<string> lines, string place) =>
        lines.TryDequeue(out var line) && line.StartsWith(IndexPrefix, StringComparison.Ordinal) && LedgerCheckpoint.TryParseSize(line[IndexPrefix.Length..], out var index)
            ? index
            : throw new LedgerException(place, "no line 'index N' with a plain decimal number", Advice);

    internal static Digest ParseHash(string line, string place) =>
        Base64.Decode(line) is { Length: 32 } hash ? Digest.FromBytes(hash) : throw new LedgerException(place, "a hash is not 32 bytes in base64", Advice);
}

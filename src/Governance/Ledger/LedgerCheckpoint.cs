using System.Globalization;
using Loragate.Artifacts;
using Loragate.Governance.Keys;

namespace Loragate.Governance.Ledger;

/// <summary>What a log commits to: its name, its size, and the root over all entries (C2SP tlog-checkpoint).</summary>
/// <param name="Origin">The log's name, which is also the name of its key.</param>
/// <param name="Size">The number of entries.</param>
/// <param name="Root">The root of the Merkle tree.</param>
public sealed record LedgerCheckpoint(string Origin, long Size, Digest Root)
{
    private const string Advice = "Fetch it again from the log, byte for byte.";

    /// <summary>Reads a checkpoint's text: origin, size, root, then extension lines, which are ignored but never empty.</summary>
    /// <exception cref="LedgerException">Another form: sizes and roots have exactly one spelling.</exception>
    public static LedgerCheckpoint Parse(string text, string place)
    {
        ArgumentNullException.ThrowIfNull(text);
        var lines = text.Split('\n');
        if (lines.Length < 4 || lines[^1].Length > 0 || lines[..^1].Any(line => line.Length == 0))
            throw new LedgerException(place, "not a checkpoint of origin, size and root lines", Advice);
        if (!TryParseSize(lines[1], out var size))
            throw new LedgerException(place, $"the size '{lines[1]}' is not a plain decimal number", Advice);
        if (Base64.Decode(lines[2]) is not { Length: 32 } root)
            throw new LedgerException(place, "the root is not 32 bytes in base64", Advice);
        var checkpoint = new LedgerCheckpoint(lines[0], size, Digest.FromBytes(root));
        return size > 0 || checkpoint.Root == MerkleTree.EmptyRoot
            ? checkpoint
            : throw new LedgerException(place, "size 0 with a root that is not the hash of nothing", Advice);
    }

    /// <summary>Reads a checkpoint note and checks that the log signed it.</summary>
    /// <exception cref="LedgerException">Malformed.</exception>
    /// <exception cref="IntegrityException">Not signed by this log, or the checkpoint of another one.</exception>
    public static LedgerCheckpoint Open(ReadOnlySpan<byte> note, LedgerVerifier log, string place)
    {
        ArgumentNullException.ThrowIfNull(log);
        var parsed = SignedNote.Parse(note, place);
        var checkpoint = Parse(parsed.Text, place);
        if (!log.IsLog)
            throw new IntegrityException(place, $"{log.Name} is the key of a witness, not of a log");
        _ = parsed.SignedBy([log], place);
        return checkpoint.Origin == log.Name
            ? checkpoint
            : throw new IntegrityException(place, $"the origin is '{checkpoint.Origin}', the key is of '{log.Name}'");
    }

    /// <summary>The signed note.</summary>
    public byte[] Sign(LedgerKey key) => SignedNote.Sign(ToString(), Origin, key).ToBytes();

    /// <summary>The text that is signed.</summary>
    public override string ToString() =>
        string.Create(CultureInfo.InvariantCulture, $"{Origin}\n{Size}\n{Convert.ToBase64String(Root.ToBytes())}\n");

    internal static bool TryParseSize(string text, out long size) =>
        long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out size) && size.ToString(CultureInfo.InvariantCulture) == text;
}

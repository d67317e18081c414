using Loragate.Artifacts;
using Loragate.Governance.Keys;

namespace Loragate.Governance.Ledger;

/// <summary>What a client has seen of a log before: how a rollback or a fork is noticed.</summary>
/// <param name="Size">The size.</param>
/// <param name="Root">The root, where it was kept.</param>
public sealed record SeenCheckpoint(long Size, Digest? Root)
{
    private const int MaxBytes = 2 << 20;

    /// <summary>Reads what was kept of a ledger: a checkpoint note, or a proof (C2SP tlog-proof), which carries one.</summary>
    /// <param name="path">The file.</param>
    /// <param name="log">The ledger's key: only a checkpoint that the ledger signed can accuse it.</param>
    /// <exception cref="LedgerException">No such file, or neither a checkpoint nor a proof.</exception>
    /// <exception cref="IntegrityException">Not signed by this ledger.</exception>
    public static SeenCheckpoint Read(string path, LedgerVerifier log)
    {
        var checkpoint = ReadCheckpoint(path, log);
        return new SeenCheckpoint(checkpoint.Size, checkpoint.Root);
    }

    /// <summary>The same, as the ledger signed it.</summary>
    /// <param name="path">The file.</param>
    /// <param name="log">The ledger's key.</param>
    /// <exception cref="LedgerException">See above.</exception>
    /// <exception cref="IntegrityException">See above.</exception>
    public static LedgerCheckpoint ReadCheckpoint(string path, LedgerVerifier log)
    {
        var file = new FileInfo(path);
        if (!file.Exists || file.Length > MaxBytes)
            throw new LedgerException(path, file.Exists ? $"{file.Length} bytes where at most {MaxBytes} are read" : "no such file", "Name a checkpoint or a proof that was kept from before.");
        var bytes = File.ReadAllBytes(path);
        var note = TlogProof.IsProof(bytes) ? TlogProof.Parse(bytes, path).Checkpoint : bytes;
        return LedgerCheckpoint.Open(note.Span, log, path);
    }
}

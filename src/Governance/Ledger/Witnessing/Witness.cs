using System.Text;
using Loragate.Artifacts;
using Loragate.Artifacts.Folders;
using Loragate.Governance.Keys;

namespace Loragate.Governance.Ledger.Witnessing;

/// <summary>
/// Cosigns checkpoints of logs (C2SP tlog-witness): only what a log has signed, and only what begins with the last checkpoint that it cosigned
/// of that log. So no log can show two histories to people who trust the same witness.
/// </summary>
/// <param name="folder">What the witness has seen: <c>HEX/checkpoint</c>, HEX the SHA-256 of the log's name. Its memory: whoever sets it back makes the witness blind.</param>
/// <param name="name">The witness's name.</param>
/// <param name="key">Its key.</param>
public sealed class Witness(string folder, string name, LedgerKey key)
{
    private const string CheckpointName = "checkpoint";
    private const string LockName = ".lock";

    private static readonly TimeSpan LockTimeout = TimeSpan.FromMinutes(1);

    /// <summary>Checks a request and cosigns its checkpoint. It is remembered before the cosignature is made.</summary>
    /// <param name="request">What the log asks.</param>
    /// <param name="log">The log's key, from a source that the witness trusts.</param>
    /// <param name="now">The time that the cosignature tells.</param>
    /// <param name="cancellationToken">Ends the wait for another request.</param>
    /// <returns>The cosignature, one line of a note.</returns>
    /// <exception cref="LedgerException">The request starts from another size than the witness has seen last; its message tells which.</exception>
    /// <exception cref="IntegrityException">The log did not sign it, or it contradicts what was cosigned before: an older checkpoint, a fork, a proof that does not hold.</exception>
    public NoteSignature Cosign(WitnessRequest request, LedgerVerifier log, DateTimeOffset now, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(request);
        ArgumentNullException.ThrowIfNull(log);
        var checkpoint = LedgerCheckpoint.Open(request.Checkpoint.Span, log, "request");
        var memory = Path.Combine(folder, Digest.Of(Encoding.UTF8.GetBytes(log.Name)).Hex);
        Directory.CreateDirectory(memory);
        using var held = WriterLock.Acquire(Path.Combine(memory, LockName), "the ledger", LockTimeout, cancellationToken);
        var path = Path.Combine(memory, CheckpointName);
        Check(request, checkpoint, File.Exists(path) ? LedgerCheckpoint.Open(PlainFile.Read(path, SignedNote.MaxBytes), log, path) : null);
        AtomicFile.Write(path, request.Checkpoint.Span);
        return SignedNote.Cosign(SignedNote.Parse(request.Checkpoint.Span, "request").Text, name, key, now);
    }

    private static void Check(WitnessRequest request, LedgerCheckpoint asked, LedgerCheckpoint? seen)
    {
        var (size, root) = seen is null ? (0, MerkleTree.EmptyRoot) : (seen.Size, seen.Root);
        if (asked.Size < size)
            throw new IntegrityException("request", $"a checkpoint of {asked.Size} entries, and {size} were cosigned before: it is an older one, or the log was rolled back");
        if (request.OldSize != size)
            throw new LedgerException("request", $"it starts from {request.OldSize} entries, and {size} were cosigned last", $"Make it again with --old {size}.");
        if (!MerkleTree.VerifyConsistency(size, root, asked.Size, asked.Root, request.Proof))
            throw new IntegrityException("request", $"the checkpoint of {asked.Size} entries is not shown to begin with the {size} that were cosigned before: the log was forked, or the proof is of another one");
    }
}

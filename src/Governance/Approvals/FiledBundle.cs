using Loragate.Artifacts;

namespace Loragate.Governance.Approvals;

/// <summary>A signature bundle as it lies in a dossier; nothing of it is trusted yet.</summary>
/// <param name="File">Its file, relative to the dossier.</param>
/// <param name="Bytes">Its bytes, whole.</param>
/// <param name="Time">The time that counts for its signature: the ledger's where it is logged, else the gate's own.</param>
/// <param name="IsLogged">Whether the ledger holds it.</param>
public sealed record FiledBundle(string File, ReadOnlyMemory<byte> Bytes, DateTimeOffset Time, bool IsLogged)
{
    /// <summary>Whether it approves a decision that the ledger does not hold as one that knew of the last revocation of a release with the adapter that is judged.</summary>
    public bool IsBeforeRevocation { get; init; }

    /// <summary>SHA-256 of the bytes.</summary>
    public Digest Digest { get; } = Digest.Of(Bytes.Span);

    /// <summary>The ledger's time, as a decision tells it.</summary>
    public DateTimeOffset? Logged => IsLogged ? Time : null;
}

using Loragate.Artifacts;
using Loragate.Artifacts.Records.Deciding;
using Loragate.Governance.Statements;

namespace Loragate.Governance.Trials;

/// <summary>What somebody signed about the report of trials, as it lies in a dossier; nothing of it is trusted yet.</summary>
/// <param name="Path">Its file, relative to the dossier.</param>
/// <param name="Bytes">The bytes of the bundle, whole.</param>
public sealed record TrialSignature(string Path, ReadOnlyMemory<byte> Bytes)
{
    /// <summary>SHA-256 of the bytes.</summary>
    public Digest Digest { get; } = Digest.Of(Bytes.Span);

    /// <summary>How a decision cites it.</summary>
    public EvidenceLink ToLink() => new(Path, TrialProvenance.BuildType, Digest);
}

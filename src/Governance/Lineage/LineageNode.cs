using Loragate.Artifacts;

namespace Loragate.Governance.Lineage;

/// <summary>A thing in the life of a release.</summary>
/// <param name="Digest">Its SHA-256, which is its name.</param>
/// <param name="Kind">What it is.</param>
/// <param name="Name">A name for people.</param>
/// <param name="Entry">The index of the first ledger entry about it; null where only a dossier knows it.</param>
public sealed record LineageNode(Digest Digest, LineageKind Kind, string Name, long? Entry);

using Loragate.Artifacts;

namespace Loragate.Governance.Ledger;

/// <summary>What a client has seen of a log before: how a rollback or a fork is noticed.</summary>
/// <param name="Size">The size.</param>
/// <param name="Root">The root, where it was kept.</param>
public sealed record SeenCheckpoint(long Size, Digest? Root);

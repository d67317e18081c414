using Loragate.Artifacts;

namespace Loragate.MergeEngine.Undo;

/// <summary>What a <see cref="ShardSideCar"/> that is complete and on the disk is known by again.</summary>
/// <param name="Pieces">What it holds, in the order of the bytes.</param>
/// <param name="Sha256">SHA-256 of its bytes.</param>
internal sealed record ShardSideCarSeal(IReadOnlyList<SideCarPiece> Pieces, Digest Sha256);

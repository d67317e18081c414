using Loragate.Artifacts;

namespace Loragate.MergeEngine.Undo;

/// <summary>An <see cref="UndoPart"/> that is complete and on the disk.</summary>
/// <param name="Pieces">What it holds, in the order of the bytes.</param>
/// <param name="Sha256">SHA-256 of its bytes.</param>
internal sealed record SealedPart(IReadOnlyList<UndoPiece> Pieces, Digest Sha256);

using Loragate.Artifacts;

namespace Loragate.Governance.Dossiers;

/// <summary>A file of a dossier as it was read, once.</summary>
/// <param name="Bytes">Its bytes.</param>
/// <param name="Digest">Their SHA-256.</param>
internal readonly record struct FoundFile(ReadOnlyMemory<byte> Bytes, Digest Digest);

using Loragate.Artifacts.Folders;

namespace Loragate.Artifacts.Records;

/// <summary>An adapter by content.</summary>
/// <param name="Name">The folder's name, for people.</param>
/// <param name="Digest">SHA-256 over the canonical JSON of <paramref name="Files"/>.</param>
/// <param name="Files">Every file of the folder.</param>
public sealed record AdapterIdentity(string Name, Digest Digest, IReadOnlyList<FileEntry> Files);

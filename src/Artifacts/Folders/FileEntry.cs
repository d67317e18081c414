namespace Loragate.Artifacts.Folders;

/// <summary>A file by its content.</summary>
/// <param name="Path">Relative path with '/' separators.</param>
/// <param name="Size">Bytes.</param>
/// <param name="Sha256">SHA-256 of the bytes.</param>
public sealed record FileEntry(string Path, long Size, Digest Sha256);

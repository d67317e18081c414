using Loragate.Artifacts;

namespace Loragate.Governance.Signing;

/// <summary>A signed file.</summary>
/// <param name="Name">Relative path with '/' separators.</param>
/// <param name="Sha256">SHA-256 of the bytes.</param>
public sealed record ModelResource(string Name, Digest Sha256);

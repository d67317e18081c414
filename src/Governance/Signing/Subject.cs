using Loragate.Artifacts;

namespace Loragate.Governance.Signing;

/// <summary>What a statement is about: bytes by their digest. The name is for people; consumers match the digest.</summary>
/// <param name="Name">A name that is not empty.</param>
/// <param name="Sha256">SHA-256 of the bytes. No second algorithm: in-toto matches a subject by any of them, so a weak one would decide.</param>
public sealed record Subject(string Name, Digest Sha256);

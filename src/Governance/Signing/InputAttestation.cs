using Loragate.Artifacts;

namespace Loragate.Governance.Signing;

/// <summary>An attestation that a verdict rests on.</summary>
/// <param name="Uri">Where it is found.</param>
/// <param name="Sha256">SHA-256 of its bytes.</param>
public sealed record InputAttestation(string Uri, Digest Sha256);

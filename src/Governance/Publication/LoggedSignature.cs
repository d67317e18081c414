using Loragate.Artifacts;

namespace Loragate.Governance.Publication;

/// <summary>A counted signature under a waiver in a decision's entry.</summary>
/// <param name="Signer">The signer's id in the trust policy.</param>
/// <param name="Key">The hint of the signer's key.</param>
/// <param name="Sha256">SHA-256 of the bundle.</param>
public sealed record LoggedSignature(string Signer, Digest Key, Digest Sha256);

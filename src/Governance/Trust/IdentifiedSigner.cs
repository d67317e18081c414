using Loragate.Governance.Keys;

namespace Loragate.Governance.Trust;

/// <summary>Whom a bundle names, by a credential of the trust policy. The signature itself is still to be checked with the key.</summary>
/// <param name="Signer">The signer.</param>
/// <param name="Credential">The credential.</param>
/// <param name="Key">The key.</param>
internal sealed record IdentifiedSigner(TrustedSigner Signer, Credential Credential, VerificationKey Key);

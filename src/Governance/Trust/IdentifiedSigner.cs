using Loragate.Governance.Keys;
using Loragate.Governance.Signing;

namespace Loragate.Governance.Trust;

/// <summary>Whom a bundle names, by a credential of the trust policy, and how that stood when the bundle was signed. The signature itself is still to be checked with the key.</summary>
/// <param name="Signer">The signer.</param>
/// <param name="Key">The key.</param>
/// <param name="Standing">How his credential stood then; null where nothing tells the time.</param>
internal sealed record IdentifiedSigner(TrustedSigner Signer, VerificationKey Key, Standing? Standing)
{
    /// <summary>Why what he signed then does not count, whatever his roles; null where it does, or where nothing tells the time.</summary>
    /// <param name="place">The bundle's file, for messages.</param>
    public SignatureException? Fault(string place) => Standing switch
    {
        Trust.Standing.Compromised => new SignatureException(SignatureFault.OtherKey, place, $"signed with a key of '{Signer.Id}' that was compromised by then"),
        Trust.Standing.OutsideWindow => new SignatureException(SignatureFault.OtherKey, place, $"signed with a key of '{Signer.Id}' outside its window"),
        _ => null,
    };
}

using Loragate.Governance.Keys;

namespace Loragate.Governance.Signing;

/// <summary>Whom a verifier trusts to have signed: the holder of one key, or whoever holds a certificate under given roots.</summary>
public abstract class SignerTrust
{
    private protected SignerTrust()
    {
    }

    /// <summary>The signer in words, for the line that says who vouches: "key 1a2b…", "a certificate under roots.pem".</summary>
    public abstract string Description { get; }

    /// <summary>Whether it says of people as well whose keys are whose, so that approvals can be verified.</summary>
    public virtual bool NamesPeople => false;

    /// <summary>The same trust where somebody in another role has to sign. Of a key or certificates that are named, it is the same.</summary>
    public virtual SignerTrust InRole(string role) => this;

    /// <summary>The key that a bundle must be signed with, after what the bundle says of its signer was found to be trusted. That it is signed with it is still to be checked.</summary>
    /// <exception cref="SignatureException">Another method, another key, or a certificate that is not trusted.</exception>
    internal abstract VerificationKey TrustedKeyOf(VerificationMaterial material, string place);
}

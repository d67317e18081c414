using Loragate.Governance.Keys;

namespace Loragate.Governance.Signing;

/// <summary>Trust of a signer in its own earlier signatures: exactly these certificates over exactly this key.</summary>
internal sealed class ChainTrust(CertificateChainMaterial chain, VerificationKey key) : SignerTrust
{
    public override string Description => $"key {key.Hint.Abbreviated} with its certificate";

    internal override VerificationKey TrustedKeyOf(VerificationMaterial material, string place) =>
        material is CertificateChainMaterial other
            && other.Certificates.Count == chain.Certificates.Count
            && other.Certificates.Zip(chain.Certificates).All(pair => pair.First.Span.SequenceEqual(pair.Second.Span))
            ? key
            : throw new SignatureException(SignatureFault.OtherKey, place, "signed by another certificate");
}

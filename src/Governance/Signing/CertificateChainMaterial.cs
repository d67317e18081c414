namespace Loragate.Governance.Signing;

/// <summary>The certificate method: X.509 certificates in DER, the signer's first.</summary>
/// <param name="Certificates">The chain as it was found; nothing about it is trusted yet.</param>
public sealed record CertificateChainMaterial(IReadOnlyList<ReadOnlyMemory<byte>> Certificates) : VerificationMaterial;

namespace Loragate.Governance.Signing;

/// <summary>The key method: the verifier knows the key already.</summary>
/// <param name="Hint">Hex SHA-256 of the key's SPKI PEM text; null in bundles made before OMS 1.0, which hold the key itself.</param>
/// <param name="Spki">The key itself, self-asserted: it is compared with the trusted key and never used instead of it.</param>
public sealed record PublicKeyMaterial(string? Hint, ReadOnlyMemory<byte>? Spki) : VerificationMaterial;

namespace Loragate.Governance.Keys;

/// <summary>The kinds of keys that loragate makes and reads.</summary>
public enum KeyType
{
    /// <summary>ECDSA on P-256 with SHA-256: the default for signatures.</summary>
    P256,

    /// <summary>ECDSA on P-384 with SHA-384.</summary>
    P384,

    /// <summary>ECDSA on P-521 with SHA-512.</summary>
    P521,

    /// <summary>Ed25519 (RFC 8032): ledgers only, model signatures know no such key.</summary>
    Ed25519,
}

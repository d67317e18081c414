using System.Security.Cryptography;

namespace Loragate.Governance.Keys;

/// <summary>The named curve and the hash that belong to a key type (OMS v1.0 §5: the hash follows the curve).</summary>
internal sealed record EcdsaCurve(KeyType Type, string Oid, ECCurve Curve, HashAlgorithmName Hash)
{
    private static readonly EcdsaCurve[] All =
    [
        new(KeyType.P256, "1.2.840.10045.3.1.7", ECCurve.NamedCurves.nistP256, HashAlgorithmName.SHA256),
        new(KeyType.P384, "1.3.132.0.34", ECCurve.NamedCurves.nistP384, HashAlgorithmName.SHA384),
        new(KeyType.P521, "1.3.132.0.35", ECCurve.NamedCurves.nistP521, HashAlgorithmName.SHA512),
    ];

    /// <summary>The curve of an ECDSA key type.</summary>
    public static EcdsaCurve Of(KeyType type) =>
        Array.Find(All, curve => curve.Type == type) ?? throw new ArgumentOutOfRangeException(nameof(type), type, "Not an ECDSA key type.");

    /// <summary>The curve of a key, or null where it is another or given by explicit parameters.</summary>
    public static EcdsaCurve? Of(ECDsa key)
    {
        var curve = key.ExportParameters(includePrivateParameters: false).Curve;
        return curve.IsNamed ? Array.Find(All, known => known.Oid == curve.Oid.Value) : null;
    }
}

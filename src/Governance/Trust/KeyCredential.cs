using Loragate.Artifacts;
using Loragate.Governance.Keys;
using Loragate.Governance.Signing;

namespace Loragate.Governance.Trust;

/// <summary>A bare key.</summary>
/// <param name="Key">The public key.</param>
/// <param name="From">See <see cref="Credential"/>.</param>
/// <param name="Until">See <see cref="Credential"/>.</param>
/// <param name="Compromised">See <see cref="Credential"/>.</param>
public sealed record KeyCredential(VerificationKey Key, DateTimeOffset? From, DateTimeOffset? Until, DateTimeOffset? Compromised)
    : Credential(From, Until, Compromised)
{
    /// <inheritdoc/>
    public override Digest Identity => Key.Hint;

    internal override bool Claims(VerificationMaterial material) =>
        material is PublicKeyMaterial { Hint: var hint, Spki: var spki } && (hint == Key.Hint.Hex || hint is null && spki is { } own && Key.HasSpki(own.Span));

    internal override SignerTrust TrustAt(DateTimeOffset? time) => new KeyTrust(Key);
}

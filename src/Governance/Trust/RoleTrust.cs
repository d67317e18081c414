using Loragate.Governance.Keys;
using Loragate.Governance.Signing;

namespace Loragate.Governance.Trust;

/// <summary>Trust in everybody to whom a trust policy gives a role, null for any, at one moment.</summary>
internal sealed class RoleTrust(TrustPolicy policy, string? role, DateTimeOffset at) : SignerTrust
{
    /// <summary>The trust policy.</summary>
    public TrustPolicy Policy => policy;

    /// <summary>The moment.</summary>
    public DateTimeOffset At => at;

    public override bool NamesPeople => true;

    public override string Description => role is null ? $"a key in the trust policy '{policy.Name}'" : $"a key of the role '{role}' in the trust policy '{policy.Name}'";

    public override SignerTrust InRole(string role) => new RoleTrust(policy, role, at);

    internal override VerificationKey TrustedKeyOf(VerificationMaterial material, string place)
    {
        var who = policy.Identify(material, at, place);
        if (role is not null && !who.Signer.Roles.Contains(role))
            throw new SignatureException(SignatureFault.OtherKey, place, $"signed by '{who.Signer.Id}', to whom the trust policy does not give the role '{role}'");
        return who.Fault(place) is { } fault ? throw fault : who.Key;
    }
}

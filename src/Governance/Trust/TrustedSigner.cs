namespace Loragate.Governance.Trust;

/// <summary>A person, or a gate.</summary>
/// <param name="Id">A role account or staff number.</param>
/// <param name="Roles">What he may sign as.</param>
/// <param name="Credentials">What he signs with.</param>
public sealed record TrustedSigner(string Id, IReadOnlyList<string> Roles, IReadOnlyList<Credential> Credentials)
{
    /// <summary>The role that seals dossiers and releases.</summary>
    public const string Gate = "gate";

    /// <summary>The role of who made an adapter.</summary>
    public const string Author = "author";
}

namespace Loragate.Governance.Approvals;

/// <summary>Whom a policy asks for.</summary>
/// <param name="Roles">The roles, each once, with how many people.</param>
/// <param name="ExcludeAuthor">Whether who made the adapter may not approve it.</param>
public sealed record ApprovalDemand(IReadOnlyList<RoleDemand> Roles, bool ExcludeAuthor);

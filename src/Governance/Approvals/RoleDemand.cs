namespace Loragate.Governance.Approvals;

/// <summary>How many people a policy asks for in a role.</summary>
/// <param name="Role">The role.</param>
/// <param name="People">At least 1.</param>
public sealed record RoleDemand(string Role, int People);

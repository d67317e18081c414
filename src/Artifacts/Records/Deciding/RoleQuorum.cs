namespace Loragate.Artifacts.Records.Deciding;

/// <summary>How many people a policy asks for in a role.</summary>
/// <param name="Role">The role.</param>
/// <param name="People">How many must approve.</param>
/// <param name="Missing">How many of them are still to do so.</param>
public sealed record RoleQuorum(string Role, int People, int Missing);

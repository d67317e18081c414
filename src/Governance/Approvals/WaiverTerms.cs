namespace Loragate.Governance.Approvals;

/// <summary>Which waivers a policy accepts.</summary>
/// <param name="Rules">The ids of the rules that may be waived.</param>
/// <param name="Signers">How many distinct people must sign, at least 2.</param>
/// <param name="Roles">The roles of which each of them has one.</param>
/// <param name="MaximumDays">The longest time.</param>
public sealed record WaiverTerms(IReadOnlyList<string> Rules, int Signers, IReadOnlyList<string> Roles, int MaximumDays);

using Loragate.Artifacts;
using Loragate.Governance.Publication;

namespace Loragate.Governance.Auditing;

/// <summary>A release as the ledger tells of it.</summary>
/// <param name="Index">Its entry.</param>
/// <param name="Time">When it was logged.</param>
/// <param name="Name">The adapter's name.</param>
/// <param name="State">Whether it stands.</param>
/// <param name="Decision">The digest of the decision that it rests on; null where the entry names none.</param>
/// <param name="Data">Verdict, policy, approvals, waivers and number; null for an entry that no gate writes.</param>
public sealed record PortfolioRelease(long Index, DateTimeOffset Time, string Name, ReleaseState State, Digest? Decision, DecisionData? Data);

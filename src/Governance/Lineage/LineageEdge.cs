using Loragate.Artifacts;

namespace Loragate.Governance.Lineage;

/// <summary>One thing that came of another.</summary>
/// <param name="From">What was there before.</param>
/// <param name="To">What came of it.</param>
/// <param name="Relation">How, as one reads along the arrow: "judged by", "released as".</param>
public sealed record LineageEdge(Digest From, Digest To, string Relation);

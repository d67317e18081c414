namespace Loragate.Governance.Reports.Charts;

/// <summary>A box of the lineage graph.</summary>
/// <param name="Column">Its column, from 0.</param>
/// <param name="Row">Its row: 0 above, 1 below, 0.5 between.</param>
/// <param name="Kind">What it is.</param>
/// <param name="Name">Its name.</param>
/// <param name="Digest">Its abbreviated digest.</param>
/// <param name="From">The boxes it was made from, by their place in the list.</param>
internal sealed record LineageNode(int Column, float Row, string Kind, string Name, string Digest, IReadOnlyList<int> From);

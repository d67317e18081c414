using Loragate.Artifacts;

namespace Loragate.Governance.Ledger;

/// <summary>The root of the complete subtree over the 2^<paramref name="level"/> leaves from <paramref name="index"/> · 2^<paramref name="level"/> on.</summary>
/// <param name="level">0 for a leaf hash.</param>
/// <param name="index">Which subtree of that level.</param>
public delegate Digest SubtreeHash(int level, long index);

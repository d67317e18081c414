using Loragate.Artifacts;
using Loragate.Artifacts.Records.Merging;

namespace Loragate.Governance.Publication;

/// <summary>The base, taken out of the merged model bit for bit.</summary>
/// <param name="Proof">The proof of the unmerge.</param>
public sealed record BaseTarget(UnmergeReceipt Proof) : RollbackTarget
{
    /// <inheritdoc/>
    public override Digest Digest => Proof.Restored.WeightsDigest;
}

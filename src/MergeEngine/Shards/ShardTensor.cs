using Loragate.Artifacts.Checkpoints;
using Loragate.MergeEngine.Planning;

namespace Loragate.MergeEngine.Shards;

/// <summary>A tensor on its way through a merge or back.</summary>
/// <param name="Plan">What the merge does to it.</param>
/// <param name="Source">What is read: the base's tensor, or on the way back the merged one.</param>
/// <param name="Written">Its name in the output; null for one that an unmerge drops.</param>
internal sealed record ShardTensor(PlannedTensor Plan, CheckpointTensor Source, string? Written)
{
    /// <summary>The name in the merged folder.</summary>
    public string Name => Plan.Output.Name;
}

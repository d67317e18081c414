using Loragate.Artifacts.Records.Merging;
using Loragate.MergeEngine.Undo;

namespace Loragate.MergeEngine.Shards;

/// <summary>A weight file that is complete and on the disk.</summary>
/// <param name="File">Its name.</param>
/// <param name="Tensors">Its tensors, by name.</param>
internal sealed record FinishedShard(string File, IReadOnlyList<FinishedTensor> Tensors)
{
    /// <summary>The receipt's lines for its tensors that changed; empty for an unmerge.</summary>
    public IReadOnlyList<MergedTensor> Merged { get; init; } = [];

    /// <summary>Its part of the side-car, or null.</summary>
    public ShardSideCarSeal? Undo { get; init; }
}

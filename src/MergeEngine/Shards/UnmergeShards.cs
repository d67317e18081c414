using Loragate.Artifacts.Folders;

namespace Loragate.MergeEngine.Shards;

/// <summary>Restores the weight files of a base, and holds every tensor against the receipt of the merge.</summary>
internal sealed class UnmergeShards(UnmergeTensors tensors, IReadOnlyList<Shard> shards, OutputFolder output, ShardJournal journal, ByteCounter counter) : ShardWork(shards, output, journal, counter)
{
    /// <inheritdoc/>
    protected override FinishedTensor Write(ShardTensor tensor, Shard shard, ShardOutput target, CancellationToken cancellationToken) => tensors.Restore(tensor, target, cancellationToken);

    /// <inheritdoc/>
    protected override bool Accepts(FinishedShard finished, Shard shard) => finished.Tensors.All(tensors.Accepts);
}

using Loragate.Artifacts;
using Loragate.Artifacts.Checkpoints;
using Loragate.Artifacts.Folders;
using Loragate.Artifacts.Records.Merging;
using Loragate.Artifacts.Safetensors;
using Loragate.MergeEngine.Devices;
using Loragate.MergeEngine.Streaming;

namespace Loragate.MergeEngine.Shards;

/// <summary>Restores the weight files of a base, and holds every tensor against the receipt of the merge.</summary>
internal sealed class UnmergeShards(
    MergeReceipt receipt, SafetensorsFile undo, MergeDevice device, IReadOnlyList<Shard> shards, OutputFolder output, ShardJournal journal, ByteCounter counter) : ShardWork(shards, output, journal, counter)
{
    private readonly Dictionary<string, Digest> _base = receipt.Inputs.ToDictionary(t => t.Name, t => t.Sha256, StringComparer.Ordinal);
    private readonly Dictionary<string, MergedTensor> _merged = receipt.Merged.ToDictionary(t => t.Name, StringComparer.Ordinal);

    /// <inheritdoc/>
    protected override FinishedTensor Write(ShardTensor tensor, Shard shard, ShardOutput target, CancellationToken cancellationToken)
    {
        var (plan, source, name) = (tensor.Plan, tensor.Source, tensor.Name);
        if (source.Info.DType != plan.Output.DType || !source.Info.Shape.SequenceEqual(plan.Output.Shape))
            throw new IntegrityException($"{source.Shard.Path}, tensor '{name}'", "has another type or shape than the merge gave it");
        if (_merged.ContainsKey(name) != plan.Changes)
            throw new IntegrityException(Path.GetDirectoryName(source.Shard.Path)!, $"the receipt and the adapters disagree on whether '{name}' was changed");
        if (!plan.Changes)
        {
            var digest = target.Pass(source, Counter.Add, cancellationToken);
            Expect(source, "untouched", _base[name], digest);
            return new FinishedTensor(name, digest, digest);
        }
        if (plan.IsAdded)
        {
            var digest = source.ComputeDigest(Counter.Add, cancellationToken);
            Expect(source, "added", _merged[name].After, digest);
            return new FinishedTensor(name, digest, null);
        }
        var (before, after) = new TensorUnmerger(plan, source, target.Writer, undo, device).Run(Counter.Add, cancellationToken);
        Expect(source, "merged", _merged[name].After, before);
        Expect(source, "restored", _base[name], after);
        return new FinishedTensor(name, before, after);
    }

    /// <inheritdoc/>
    protected override bool Accepts(FinishedShard finished, Shard shard) =>
        finished.Tensors.All(t => (_merged.TryGetValue(t.Name, out var line) ? line.After : _base[t.Name]) == t.Read && (t.Written is null || _base[t.Name] == t.Written));

    private static void Expect(CheckpointTensor tensor, string what, Digest expected, Digest found)
    {
        if (expected != found)
            throw new IntegrityException($"{tensor.Shard.Path}, tensor '{tensor.Name}'", $"the {what} bytes have SHA-256 {found} where the receipt says {expected}");
    }
}

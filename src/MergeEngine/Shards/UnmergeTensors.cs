using Loragate.Artifacts;
using Loragate.Artifacts.Checkpoints;
using Loragate.Artifacts.Records.Merging;
using Loragate.Artifacts.Safetensors;
using Loragate.MergeEngine.Devices;
using Loragate.MergeEngine.Streaming;

namespace Loragate.MergeEngine.Shards;

/// <summary>Restores the tensors of a base one by one, and holds each against the receipt of the merge. Thread-safe.</summary>
/// <param name="receipt">The receipt.</param>
/// <param name="undo">The side-car.</param>
/// <param name="device">Computes.</param>
/// <param name="progress">Is told the bytes that were read.</param>
internal sealed class UnmergeTensors(MergeReceipt receipt, SafetensorsFile undo, MergeDevice device, Action<long> progress)
{
    private readonly Dictionary<string, Digest> _base = receipt.Inputs.ToDictionary(t => t.Name, t => t.Sha256, StringComparer.Ordinal);
    private readonly Dictionary<string, MergedTensor> _merged = receipt.Merged.ToDictionary(t => t.Name, StringComparer.Ordinal);

    /// <summary>Restores a tensor; without a target the restored bytes are hashed and thrown away.</summary>
    /// <exception cref="IntegrityException">Something is not as the receipt says.</exception>
    public FinishedTensor Restore(ShardTensor tensor, ShardOutput? target, CancellationToken cancellationToken)
    {
        var (plan, source, name) = (tensor.Plan, tensor.Source, tensor.Name);
        if (source.Info.DType != plan.Output.DType || !source.Info.Shape.SequenceEqual(plan.Output.Shape))
            throw new IntegrityException($"{source.Shard.Path}, tensor '{name}'", "has another type or shape than the merge gave it");
        if (_merged.ContainsKey(name) != plan.Changes)
            throw new IntegrityException(Path.GetDirectoryName(source.Shard.Path)!, $"the receipt and the adapters disagree on whether '{name}' was changed");
        if (!plan.Changes)
        {
            var digest = target?.Pass(source, progress, cancellationToken) ?? source.ComputeDigest(progress, cancellationToken);
            Expect(source, "untouched", _base[name], digest);
            return new FinishedTensor(name, digest, digest);
        }
        if (plan.IsAdded)
        {
            var digest = source.ComputeDigest(progress, cancellationToken);
            Expect(source, "added", _merged[name].After, digest);
            return new FinishedTensor(name, digest, null);
        }
        var (before, after) = new TensorUnmerger(plan, source, target?.Writer, undo, device).Run(progress, cancellationToken);
        Expect(source, "merged", _merged[name].After, before);
        Expect(source, "restored", _base[name], after);
        return new FinishedTensor(name, before, after);
    }

    /// <summary>Whether what is remembered of a tensor is what this work makes of it.</summary>
    public bool Accepts(FinishedTensor finished) =>
        (_merged.TryGetValue(finished.Name, out var line) ? line.After : _base[finished.Name]) == finished.Read && (finished.Written is null || _base[finished.Name] == finished.Written);

    private static void Expect(CheckpointTensor tensor, string what, Digest expected, Digest found)
    {
        if (expected != found)
            throw new IntegrityException($"{tensor.Shard.Path}, tensor '{tensor.Name}'", $"the {what} bytes have SHA-256 {found} where the receipt says {expected}");
    }
}

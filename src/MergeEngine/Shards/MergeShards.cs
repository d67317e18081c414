using System.Collections.Concurrent;
using Loragate.Artifacts.Folders;
using Loragate.Artifacts.Records.Merging;
using Loragate.MergeEngine.Devices;
using Loragate.MergeEngine.Streaming;
using Loragate.MergeEngine.Undo;

namespace Loragate.MergeEngine.Shards;

/// <summary>Writes the weight files of a merge and gathers the side-car.</summary>
internal sealed class MergeShards(bool withUndo, MergeDevice device, IReadOnlyList<Shard> shards, OutputFolder output, ShardJournal journal, ByteCounter counter)
    : ShardWork(shards, output, journal, counter), IDisposable
{
    private readonly ConcurrentDictionary<string, MergedTensor> _merged = new(StringComparer.Ordinal);
    private readonly Dictionary<string, Lazy<ShardSideCar>> _parts = shards.ToDictionary(s => s.Name, s => new Lazy<ShardSideCar>(() => ShardSideCar.Create(journal.PartOf(s.Name))), StringComparer.Ordinal);

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var part in _parts.Values.Where(p => p.IsValueCreated))
            part.Value.Dispose();
    }

    /// <inheritdoc/>
    protected override FinishedTensor Write(ShardTensor tensor, Shard shard, ShardOutput target, CancellationToken cancellationToken)
    {
        var (plan, source) = (tensor.Plan, tensor.Source);
        if (!plan.Changes)
        {
            var digest = target.Pass(source, Counter.Add, cancellationToken);
            return new FinishedTensor(tensor.Name, digest, digest);
        }
        var merged = plan.Replacement is not null
            ? new TensorReplacer(plan, source, target.Writer, withUndo).Run(Counter.Add, cancellationToken)
            : new TensorMerger(plan, source, target.Writer, withUndo ? _parts[shard.Name].Value : null, device).Run(Counter.Add, cancellationToken);
        _merged[tensor.Name] = merged;
        return new FinishedTensor(tensor.Name, merged.Before, merged.After);
    }

    /// <inheritdoc/>
    protected override FinishedShard Complete(FinishedShard finished) => finished with
    {
        Merged = [.. finished.Tensors.Where(t => _merged.ContainsKey(t.Name)).Select(t => _merged[t.Name])],
        Undo = withUndo ? _parts[finished.File].Value.Seal() : null,
    };

    /// <inheritdoc/>
    protected override bool Accepts(FinishedShard finished, Shard shard)
    {
        if ((finished.Undo is not null) != withUndo || !shard.Tensors.Where(t => t.Plan.Changes).Select(t => t.Name).SequenceEqual(finished.Merged.Select(m => m.Name), StringComparer.Ordinal))
            return false;
        var merged = finished.Merged.ToDictionary(m => m.Name, StringComparer.Ordinal);
        return finished.Tensors.All(t => merged.TryGetValue(t.Name, out var line) ? (line.Before, line.After) == (t.Read, t.Written) : t.Read == t.Written);
    }
}

using System.Collections.Concurrent;
using Loragate.Artifacts;
using Loragate.Artifacts.Checkpoints;
using Loragate.Artifacts.Folders;
using Loragate.Artifacts.Safetensors;
using Loragate.MergeEngine.Undo;

namespace Loragate.MergeEngine.Shards;

/// <summary>
/// Writes an output's weight files: shard after shard, the tensors of each side by side, so that no thread waits between them. What an
/// interrupted run finished is hashed again, on both sides, and taken over whole or not at all.
/// </summary>
/// <param name="shards">What is written.</param>
/// <param name="output">Where.</param>
/// <param name="journal">Remembers what is finished.</param>
/// <param name="counter">Is told the bytes of the source that are done.</param>
internal abstract class ShardWork(IReadOnlyList<Shard> shards, OutputFolder output, ShardJournal journal, ByteCounter counter)
{
    /// <summary>Where the parts of the side-car lie.</summary>
    protected ShardJournal Journal { get; } = journal;

    /// <summary>Is told the bytes of the source that are done.</summary>
    protected ByteCounter Counter { get; } = counter;

    /// <summary>Writes all shards and returns what became of them, in their order.</summary>
    public IReadOnlyList<FinishedShard> Run(int threads, CancellationToken cancellationToken)
    {
        var options = new ParallelOptions { MaxDegreeOfParallelism = threads, CancellationToken = cancellationToken };
        Journal.Begin(CanReuse(Journal.Finished, options) ? Journal.Finished : []);
        Counter.Reuse(Journal.Finished.Count);
        var reused = Journal.Finished.Select(f => f.File).ToHashSet(StringComparer.Ordinal);
        WriteAll([.. shards.Where(s => !reused.Contains(s.Name))], options);
        return [.. Journal.Finished.OrderBy(f => f.File, StringComparer.Ordinal)];
    }

    /// <summary>Writes one tensor, or holds it against what it should be.</summary>
    protected abstract FinishedTensor Write(ShardTensor tensor, Shard shard, ShardOutput target, CancellationToken cancellationToken);

    /// <summary>Adds to a finished shard what else is to be remembered.</summary>
    protected virtual FinishedShard Complete(FinishedShard finished) => finished;

    /// <summary>Whether what is remembered of a shard, whose tensors have the digests that it says, is what this work would have made of it.</summary>
    protected abstract bool Accepts(FinishedShard finished, Shard shard);

    private void WriteAll(IReadOnlyList<Shard> missing, ParallelOptions options)
    {
        var work = missing.Select(shard => (Shard: shard, Target: new ShardOutput(shard, output.Path), Tensors: new ConcurrentBag<FinishedTensor>())).ToList();
        try
        {
            foreach (var (shard, target, tensors) in work.Where(w => w.Shard.Tensors.Count == 0))
                Finish(shard, target, tensors);
            var inOrder = work.SelectMany(w => w.Shard.Tensors.OrderByDescending(t => t.Source.Info.Length).Select(tensor => (w, tensor)));
            InParallel.ForEach(inOrder, options, item =>
            {
                var ((shard, target, tensors), tensor) = item;
                tensors.Add(Write(tensor, shard, target, options.CancellationToken));
                Finish(shard, target, tensors);
            });
        }
        finally
        {
            work.ForEach(w => w.Target.Dispose());
        }
    }

    private void Finish(Shard shard, ShardOutput target, IEnumerable<FinishedTensor> tensors)
    {
        if (target.Finish())
            Journal.Add(Complete(new FinishedShard(shard.Name, [.. tensors.OrderBy(t => t.Name, StringComparer.Ordinal)])));
    }

    private bool CanReuse(IReadOnlyList<FinishedShard> finished, ParallelOptions options)
    {
        var byName = shards.ToDictionary(s => s.Name, StringComparer.Ordinal);
        try
        {
            return finished.DistinctBy(f => f.File).Count() == finished.Count
                && finished.All(f => byName.TryGetValue(f.File, out var shard) && IsIntact(f, shard, options) && Accepts(f, shard));
        }
        catch (Exception e) when (e is MalformedInputException or IOException)
        {
            return false;
        }
    }

    /// <summary>Whether both sides of a shard still have the digests that were remembered.</summary>
    private bool IsIntact(FinishedShard finished, Shard shard, ParallelOptions options)
    {
        var path = Path.Combine(output.Path, finished.File);
        PlainFile.Check(path);
        using var written = SafetensorsFile.Open(path);
        if (!written.ReadRawHeader().AsSpan().SequenceEqual(shard.Header) || !shard.Tensors.Select(t => t.Name).SequenceEqual(finished.Tensors.Select(t => t.Name), StringComparer.Ordinal))
            return false;
        if (finished.Undo is { } part && !ShardSideCar.Holds(Journal.PartOf(finished.File), part, options.CancellationToken))
            return false;
        var isIntact = true;
        InParallel.LargestFirst(shard.Tensors.Zip(finished.Tensors), pair => pair.First.Source.Info.Length, options, pair =>
        {
            var (tensor, digests) = pair;
            if (DigestIn(written, tensor.Written, options.CancellationToken) != digests.Written || tensor.Source.ComputeDigest(Counter.Add, options.CancellationToken) != digests.Read)
                Volatile.Write(ref isIntact, false);
        });
        return isIntact;
    }

    private static Digest? DigestIn(SafetensorsFile file, string? tensor, CancellationToken cancellationToken) =>
        tensor is null ? null : new CheckpointTensor(file.Find(tensor)!, file).ComputeDigest(progress: null, cancellationToken);
}

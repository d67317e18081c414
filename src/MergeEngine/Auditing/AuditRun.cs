using System.Collections.Concurrent;
using Loragate.Artifacts;
using Loragate.Artifacts.Checkpoints;
using Loragate.Artifacts.Records.Auditing;
using Loragate.Artifacts.Safetensors;
using Loragate.MergeEngine.Planning;

namespace Loragate.MergeEngine.Auditing;

/// <summary>One audit: every tensor of either side, several at once.</summary>
internal sealed class AuditRun(MergePlan plan, Checkpoint baseModel, Checkpoint merged, IProgress<MergeProgress>? progress)
{
    private readonly ConcurrentBag<TensorDigest> _base = [];
    private readonly ConcurrentBag<TensorDigest> _merged = [];
    private readonly ConcurrentBag<AuditedTensor> _tensors = [];
    private readonly ByteCounter _counter = new(baseModel.Tensors.Values.Concat(merged.Tensors.Values).Sum(t => t.Info.Length)) { Progress = progress };

    public (IReadOnlyList<AuditedTensor> Tensors, IEnumerable<TensorDigest> Base, IEnumerable<TensorDigest> Merged) Run(int threads, CancellationToken cancellationToken)
    {
        var options = new ParallelOptions { MaxDegreeOfParallelism = threads, CancellationToken = cancellationToken };
        ParallelWork.Run(plan.Tensors, t => t.Source.Length, options, tensor => _tensors.Add(Audit(tensor, cancellationToken)));
        var planned = plan.Tensors.Select(t => t.Output.Name).ToHashSet(StringComparer.Ordinal);
        ParallelWork.Run(merged.Tensors.Values.Where(t => !planned.Contains(t.Name)), t => t.Info.Length, options, extra =>
            _tensors.Add(new AuditedTensor(extra.Name, TensorVerdict.Extra) { Sha256 = Hash(extra, _merged, cancellationToken) }));
        return (Judge([.. _tensors.OrderBy(t => t.Name, StringComparer.Ordinal)]), _base, _merged);
    }

    private AuditedTensor Audit(PlannedTensor tensor, CancellationToken cancellationToken)
    {
        var source = baseModel.Tensor(tensor.Source.Name);
        var before = tensor.IsAdded ? default : Hash(source, _base, cancellationToken);
        if (!merged.Tensors.TryGetValue(tensor.Output.Name, out var found))
            return new AuditedTensor(tensor.Output.Name, TensorVerdict.Missing) { Delta = KindOf(tensor) };
        var after = Hash(found, _merged, cancellationToken);
        return Look(tensor, source, before, found, after, cancellationToken) with { Sha256 = after };
    }

    private static AuditedTensor Look(PlannedTensor tensor, CheckpointTensor source, Digest before, CheckpointTensor found, Digest after, CancellationToken cancellationToken)
    {
        var isSameType = source.Info.DType == found.Info.DType;
        if (!source.Info.Shape.SequenceEqual(found.Info.Shape) || (!isSameType && !(source.Info.DType.IsMergeable && found.Info.DType.IsMergeable)))
            return new AuditedTensor(tensor.Output.Name, TensorVerdict.OtherForm) { Delta = KindOf(tensor) };
        if (tensor.Changes)
            return new TensorAuditor(tensor, new TensorWalk(tensor, source, found, cancellationToken)).Run(cancellationToken);
        var isUntouched = isSameType ? before == after : new TensorWalk(tensor, source, found, cancellationToken).IsCanonical(cancellationToken);
        return new AuditedTensor(tensor.Output.Name, isUntouched ? TensorVerdict.Untouched : TensorVerdict.Changed);
    }

    private static string? KindOf(PlannedTensor tensor) => tensor.Contributions is [var first, ..] ? first.Delta.Kind : tensor.IsAdded ? "untied" : null;

    private Digest Hash(CheckpointTensor tensor, ConcurrentBag<TensorDigest> into, CancellationToken cancellationToken)
    {
        var digest = tensor.ComputeDigest(_counter.Add, cancellationToken);
        into.Add(new TensorDigest(tensor.Name, tensor.Info.DType.ToString(), tensor.Info.Shape, digest));
        return digest;
    }

    /// <summary>Where most tensors that no adapter changes differ from the base, what is not explained is so because of another base.</summary>
    private static IReadOnlyList<AuditedTensor> Judge(IReadOnlyList<AuditedTensor> tensors)
    {
        var changed = tensors.Count(t => t.Verdict == TensorVerdict.Changed);
        var untouched = tensors.Count(t => t.Verdict == TensorVerdict.Untouched);
        return changed > untouched ? [.. tensors.Select(t => t.Verdict is TensorVerdict.Unrelated or TensorVerdict.Damaged ? t with { Verdict = TensorVerdict.WrongBase } : t)] : tensors;
    }
}

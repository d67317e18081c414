using System.Collections.Concurrent;
using Loragate.Artifacts;
using Loragate.Artifacts.Checkpoints;
using Loragate.Artifacts.Records.Auditing;
using Loragate.Artifacts.Safetensors;
using Loragate.MergeEngine.Devices;
using Loragate.MergeEngine.Planning;

namespace Loragate.MergeEngine.Auditing;

/// <summary>One audit: every tensor of either side, several at once.</summary>
internal sealed class AuditRun(MergePlan plan, Checkpoint baseModel, Checkpoint merged, MergeDevice device, IProgress<MergeProgress>? progress)
{
    private readonly ConcurrentBag<TensorDigest> _base = [];
    private readonly ConcurrentBag<TensorDigest> _merged = [];
    private readonly ConcurrentBag<AuditedTensor> _tensors = [];
    private readonly ByteCounter _counter = new(baseModel.Tensors.Values.Concat(merged.Tensors.Values).Sum(t => t.Info.Length)) { Progress = progress };

    public (IReadOnlyList<AuditedTensor> Tensors, IEnumerable<TensorDigest> Base, IEnumerable<TensorDigest> Merged) Run(int threads, CancellationToken cancellationToken)
    {
        var options = new ParallelOptions { MaxDegreeOfParallelism = threads, CancellationToken = cancellationToken };
        InParallel.LargestFirst(plan.Tensors, t => t.Source.Length, options, tensor => _tensors.Add(Audit(tensor, cancellationToken)));
        var planned = plan.Tensors.Select(t => t.Output.Name).ToHashSet(StringComparer.Ordinal);
        InParallel.LargestFirst(merged.Tensors.Values.Where(t => !planned.Contains(t.Name)), t => t.Info.Length, options, extra =>
            _tensors.Add(Extra(extra, Hash(extra, cancellationToken))));
        return (Judge([.. _tensors.OrderBy(t => t.Name, StringComparer.Ordinal)]), _base, _merged);
    }

    private AuditedTensor Audit(PlannedTensor tensor, CancellationToken cancellationToken)
    {
        var source = baseModel.Tensor(tensor.Source.Name);
        if (!merged.Tensors.TryGetValue(tensor.Output.Name, out var found))
        {
            NoteBase(tensor, source, Hash(source, cancellationToken));
            return new AuditedTensor(tensor.Output.Name, TensorVerdict.Missing) { Delta = KindOf(tensor) };
        }
        var recomputation = IsRecomputed(tensor, source, found) ? new Recomputation(tensor, source, found, device) : null;
        var (before, after) = recomputation?.Run(_counter.Add, cancellationToken) ?? (Hash(source, cancellationToken), Hash(found, cancellationToken));
        NoteBase(tensor, source, before);
        Note(_merged, found, after);
        var looked = Look(tensor, source, before, found, after, recomputation?.IsCanonical, cancellationToken) with { Sha256 = after };
        return recomputation is { IsCanonical: null } ? looked with { Finite = false } : looked;
    }

    private static AuditedTensor Look(PlannedTensor tensor, CheckpointTensor source, Digest before, CheckpointTensor found, Digest after, bool? isCanonical, CancellationToken cancellationToken)
    {
        if (!IsOfOneForm(source, found))
            return new AuditedTensor(tensor.Output.Name, TensorVerdict.OtherForm) { Delta = KindOf(tensor) };
        if (IsSameType(source, found) && !tensor.Changes)
            return before == after ? Right(tensor) : Changed(tensor);
        if (isCanonical == true)
            return Right(tensor);
        using var walk = new TensorWalk(tensor, source, found, cancellationToken);
        if (isCanonical is null && walk.IsCanonical(cancellationToken))
            return walk.IsFinite ? Right(tensor) : Right(tensor) with { Finite = false };
        return tensor.Changes ? new TensorAuditor(tensor, walk).Run(cancellationToken) : Changed(tensor);
    }

    private static AuditedTensor Right(PlannedTensor tensor) =>
        tensor.Changes ? TensorAuditor.Canonical(tensor) : new AuditedTensor(tensor.Output.Name, TensorVerdict.Untouched);

    private static AuditedTensor Changed(PlannedTensor tensor) => new(tensor.Output.Name, TensorVerdict.Changed);

    /// <summary>Whether there is something to compute; replaced rows are rounded copies, which the walk holds against the adapter.</summary>
    private static bool IsRecomputed(PlannedTensor tensor, CheckpointTensor source, CheckpointTensor found) =>
        IsOfOneForm(source, found) && tensor.Replacement is null && (tensor.Changes || !IsSameType(source, found));

    /// <summary>Whether the shapes are one and a merge can make the one type of the other.</summary>
    private static bool IsOfOneForm(CheckpointTensor source, CheckpointTensor found) =>
        source.Info.Shape.SequenceEqual(found.Info.Shape) && (IsSameType(source, found) || (source.Info.DType.IsMergeable && found.Info.DType.IsMergeable));

    private static bool IsSameType(CheckpointTensor source, CheckpointTensor found) => source.Info.DType == found.Info.DType;

    private static string? KindOf(PlannedTensor tensor) => tensor.Contributions is [var first, ..] ? first.Delta.Kind : tensor.IsAdded ? "untied" : null;

    private AuditedTensor Extra(CheckpointTensor tensor, Digest digest)
    {
        Note(_merged, tensor, digest);
        return new AuditedTensor(tensor.Name, TensorVerdict.Extra) { Sha256 = digest };
    }

    private Digest Hash(CheckpointTensor tensor, CancellationToken cancellationToken) => tensor.ComputeDigest(_counter.Add, cancellationToken);

    /// <summary>A tensor that the merge adds is another one of the base, which is noted itself.</summary>
    private void NoteBase(PlannedTensor tensor, CheckpointTensor source, Digest digest)
    {
        if (!tensor.IsAdded)
            Note(_base, source, digest);
    }

    private static void Note(ConcurrentBag<TensorDigest> digests, CheckpointTensor tensor, Digest digest) =>
        digests.Add(new TensorDigest(tensor.Name, tensor.Info.DType.ToString(), tensor.Info.Shape, digest));

    /// <summary>Where most tensors that no adapter changes differ from the base, what is not explained is so because of another base.</summary>
    private static IReadOnlyList<AuditedTensor> Judge(IReadOnlyList<AuditedTensor> tensors)
    {
        var changed = tensors.Count(t => t.Verdict == TensorVerdict.Changed);
        var untouched = tensors.Count(t => t.Verdict == TensorVerdict.Untouched);
        return changed > untouched ? [.. tensors.Select(t => t.Verdict is TensorVerdict.Unrelated or TensorVerdict.Damaged ? t with { Verdict = TensorVerdict.WrongBase } : t)] : tensors;
    }
}

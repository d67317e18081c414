using System.Runtime.InteropServices;
using Loragate.Artifacts;
using Loragate.Artifacts.Checkpoints;
using Loragate.Artifacts.Safetensors;
using Loragate.MergeEngine.Deltas;
using Loragate.MergeEngine.Devices;
using Loragate.MergeEngine.Kernels;
using Loragate.MergeEngine.Planning;
using Loragate.MergeEngine.Undo;

namespace Loragate.MergeEngine.Streaming;

/// <summary>
/// Streams one merged tensor back to the base's: read → unmerge → write, hashing both sides. Rows that the merge replaced come from the side-car;
/// the rows between them are unmerged without an update.
/// </summary>
/// <param name="tensor">The plan of the merge.</param>
/// <param name="merged">The merged tensor.</param>
/// <param name="writer">The restored shard; null to hash the restored bytes and throw them away.</param>
/// <param name="undo">The side-car.</param>
/// <param name="device">Computes.</param>
internal sealed class TensorUnmerger(PlannedTensor tensor, CheckpointTensor merged, SafetensorsWriter? writer, SafetensorsFile undo, MergeDevice device)
{
    /// <summary>Restores the tensor; returns the digests of the merged and the restored bytes.</summary>
    /// <exception cref="IntegrityException">The side-car does not belong to the merged tensor.</exception>
    public (Digest Merged, Digest Restored) Run(Action<long> progress, CancellationToken cancellationToken)
    {
        var work = TensorWork.Of(tensor);
        return tensor.Replacement is { } replacement ? Restore(work, ReplacedRowMap.Of(replacement.Delta), progress, cancellationToken) : Unmerge(work, progress, cancellationToken);
    }

    private (Digest Merged, Digest Restored) Unmerge(TensorWork work, Action<long> progress, CancellationToken cancellationToken)
    {
        var bits = new BitReader(Piece(UndoFormat.Bits));
        if (work.Scaling is { IsNormed: true } norms)
            work = work with { Scaling = FactorsOf(norms, norms.IsByColumn ? work.View.Columns : work.View.Rows) };
        using var arithmetic = device.Prepare(work);
        var digests = Stream(work, (first, count, input, output) => Check(arithmetic.Unmerge(first, count, input, output, bits)), progress, cancellationToken);
        return bits.IsAtEnd ? digests : throw Fault("holds more bits than the tensor needs");
    }

    private (Digest Merged, Digest Restored) Restore(TensorWork work, ReplacedRowMap rows, Action<long> progress, CancellationToken cancellationToken)
    {
        var (name, none, taken) = ($"{UndoFormat.Originals}/{merged.Name}", new BitReader([]), 0L);
        var originals = undo.Find(name);
        if (originals is null || originals.Length != rows.Count(work.View.Rows) * work.SourceRowBytes)
            throw Fault($"has no '{name}' of {rows.Count(work.View.Rows)} rows");
        using var arithmetic = MergeDevice.Cpu.Prepare(work);
        return Stream(
            work,
            (first, count, input, output) =>
            {
                for (var i = 0; i < count; i++)
                {
                    var restored = output.Slice(i * work.SourceRowBytes, work.SourceRowBytes);
                    if (rows.Find(first + i) is not null)
                        undo.Read(originals, taken++ * work.SourceRowBytes, restored);
                    else
                        Check(arithmetic.Unmerge(first + i, 1, input.Slice(i * work.OutputRowBytes, work.OutputRowBytes), restored, none));
                }
            },
            progress,
            cancellationToken);
    }

    private (Digest Merged, Digest Restored) Stream(TensorWork work, RowStream.Work rows, Action<long> progress, CancellationToken cancellationToken) =>
        new RowStream(merged, work.View.Rows, work.OutputRowBytes).Run(rows, writer, tensor.Source.Name, work.SourceRowBytes, progress, cancellationToken);

    private void Check(int? failed)
    {
        if (failed is { } row)
            throw new IntegrityException($"{merged.Shard.Path}, tensor '{merged.Name}'", $"row {row} is none that these adapters and {Path.GetFileName(undo.Path)} give");
    }

    /// <summary>The factors that the merge took from norms, as numbers.</summary>
    private Scaling FactorsOf(Scaling norms, int count)
    {
        var factors = MemoryMarshal.Cast<byte, double>(Piece(UndoFormat.Factors)).ToArray();
        return factors.Length == count
            ? new Scaling(norms.IsByColumn ? ScalingKind.ColumnFactors : ScalingKind.RowFactors, factors)
            : throw Fault($"holds {factors.Length} factors where the tensor needs {count}");
    }

    private byte[] Piece(string prefix) =>
        undo.Find(prefix + merged.Name) is { } piece ? undo.ReadAll(piece) : throw Fault($"has no '{prefix + merged.Name}'");

    private IntegrityException Fault(string fault) => new($"{undo.Path}, tensor '{merged.Name}'", $"the side-car {fault}");
}

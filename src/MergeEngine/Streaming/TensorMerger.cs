using Loragate.Artifacts.Checkpoints;
using Loragate.Artifacts.Records.Merging;
using Loragate.Artifacts.Safetensors;
using Loragate.MergeEngine.Devices;
using Loragate.MergeEngine.Kernels;
using Loragate.MergeEngine.Planning;
using Loragate.MergeEngine.Undo;

namespace Loragate.MergeEngine.Streaming;

/// <summary>
/// Streams one tensor through W' = round(f ⊙ (W + Σδ)) in row blocks: read → merge → write, hashing what comes in and what goes out. Factors
/// that need the norms of whole columns take a first pass over the tensor.
/// </summary>
/// <param name="tensor">The plan.</param>
/// <param name="source">The base tensor.</param>
/// <param name="writer">Takes the output.</param>
/// <param name="undo">Takes the side-car, or null.</param>
/// <param name="device">Computes.</param>
internal sealed class TensorMerger(PlannedTensor tensor, CheckpointTensor source, SafetensorsWriter writer, ShardSideCar? undo, MergeDevice device)
{
    // An added tensor can be made again from the base's, so it needs no side-car.
    private readonly BitWriter? _bits = undo is null || tensor.IsAdded ? null : new BitWriter();
    private FidelitySums _sums;

    /// <summary>Merges the tensor and describes what happened.</summary>
    /// <exception cref="NonFiniteException">A factor or merged weight is NaN or infinite, or a row or column that DoRA scales is zero.</exception>
    public MergedTensor Run(Action<long> progress, CancellationToken cancellationToken)
    {
        var work = TensorWork.Of(tensor);
        using var arithmetic = device.Prepare(work);
        var stream = new RowStream(source, work.View.Rows, work.SourceRowBytes);
        SetColumnNorms(arithmetic, work, stream, cancellationToken);
        var (before, after) = stream.Run((first, count, weights, merged) => Merge(arithmetic, first, count, weights, merged), writer, tensor.Output.Name, work.OutputRowBytes, progress, cancellationToken);
        if (_bits is not null)
        {
            undo!.AddBits(tensor.Output.Name, _bits.Bytes);
            if (work.Scaling is { IsNormed: true })
                undo.AddFactors(tensor.Output.Name, arithmetic.Factors);
        }
        return MergedTensorOf.Describe(tensor, before, after, _sums.ToFidelity(), undo is null ? null : _bits?.Count ?? 0);
    }

    private void SetColumnNorms(TensorArithmetic arithmetic, TensorWork work, RowStream stream, CancellationToken cancellationToken)
    {
        try
        {
            ColumnNorms.Set(arithmetic, work, stream, cancellationToken);
        }
        catch (NonFiniteException)
        {
            BaseValues.Expect(source, stream, work.View.Columns, cancellationToken);
            throw;
        }
    }

    private void Merge(TensorArithmetic arithmetic, int first, int count, ReadOnlySpan<byte> weights, Span<byte> merged)
    {
        try
        {
            arithmetic.Merge(first, count, weights, merged, _bits, ref _sums);
        }
        catch (NonFiniteException)
        {
            BaseValues.Expect(source, (long)first * tensor.View.Columns, weights);
            throw;
        }
    }
}

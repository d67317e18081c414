using Loragate.Artifacts.Adapters;
using Loragate.Artifacts.Checkpoints;
using Loragate.Artifacts.Safetensors;
using Loragate.MergeEngine.Deltas;
using Loragate.MergeEngine.Devices;
using Loragate.MergeEngine.Kernels;
using Loragate.MergeEngine.Streaming;

namespace Loragate.MergeEngine.Inspecting;

/// <summary>
/// ‖W' − W‖_F and ‖W‖_F of a change that is more than an update, by the arithmetic of a merge whose result is thrown away: the difference is taken before it
/// is rounded to any type.
/// </summary>
internal static class ChangeWalk
{
    /// <summary>Walks the tensor that a change begins from.</summary>
    /// <exception cref="NonFiniteException">A factor or a result is NaN or infinite, or a row or column that DoRA scales is zero.</exception>
    public static (double Change, double Base) Of(Delta delta, PeftAdapter adapter, CheckpointTensor tensor, CancellationToken cancellationToken)
    {
        var sums = delta is ReplacedTensor or ReplacedRows ? Replaced(delta, adapter, tensor, cancellationToken) : Merged(delta, adapter, tensor, cancellationToken);
        var fidelity = sums.ToFidelity();
        return (fidelity.UpdateNorm, fidelity.BaseNorm);
    }

    private static FidelitySums Merged(Delta delta, PeftAdapter adapter, CheckpointTensor tensor, CancellationToken cancellationToken)
    {
        var reader = new FactorReader(adapter.Weights);
        var work = new TensorWork(tensor.Name, tensor.Info.DType, DType.F32, delta.View, delta.ReadUpdate(reader, 1) is { } update ? [update] : [], delta.ReadScaling(reader));
        using var arithmetic = MergeDevice.Cpu.Prepare(work);
        var stream = new RowStream(tensor, work.View.Rows, work.SourceRowBytes);
        ColumnNorms.Set(arithmetic, work, stream, cancellationToken);
        var (sums, row) = (default(FidelitySums), new byte[work.OutputRowBytes]);
        stream.Read(
            (first, count, weights) =>
            {
                for (var i = 0; i < count; i++)
                    arithmetic.Merge(first + i, 1, weights.Slice(i * work.SourceRowBytes, work.SourceRowBytes), row, null, ref sums);
            },
            cancellationToken);
        return sums;
    }

    private static FidelitySums Replaced(Delta delta, PeftAdapter adapter, CheckpointTensor tensor, CancellationToken cancellationToken)
    {
        var (view, rows, reader, kernel) = (delta.View, ReplacedRowMap.Of(delta), new FactorReader(adapter.Weights), TensorKernel.For(tensor.Info.DType, DType.F32));
        var (sums, values, row, rowBytes) = (default(FidelitySums), new double[view.Columns], new byte[view.Columns * sizeof(float)], view.Columns * (tensor.Info.DType.Bits / 8));
        new RowStream(tensor, view.Rows, rowBytes).Read(
            (first, count, weights) =>
            {
                for (var i = 0; i < count; i++)
                {
                    var own = weights.Slice(i * rowBytes, rowBytes);
                    if (rows.Find(first + i) is { } at)
                    {
                        reader.Read(delta.Consumes[0], at * view.Columns, values);
                        kernel.Replace(own, values, row, ref sums);
                    }
                    else
                    {
                        kernel.Merge(own, row, new RowTerms([], 1), null, ref sums);
                    }
                }
            },
            cancellationToken);
        return sums;
    }
}

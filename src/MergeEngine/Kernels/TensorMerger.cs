using Loragate.Artifacts;
using Loragate.Artifacts.Records.Merging;
using Loragate.Artifacts.Safetensors;
using Loragate.MergeEngine.Planning;
using Loragate.MergeEngine.Undo;

namespace Loragate.MergeEngine.Kernels;

/// <summary>Streams one tensor in row blocks: read → merge → write, hashing what comes in and what goes out.</summary>
internal sealed class TensorMerger(PlannedTensor tensor, SafetensorsWriter writer, UndoCollector? undo)
{
    private readonly TensorKernel _kernel = TensorKernel.For(tensor.Source.Info.DType, tensor.OutputType);
    private readonly UpdateTile _updates = new([.. tensor.Contributions.Select(FactorReader.Read)], tensor.Rows, tensor.Columns);
    private readonly double[]? _magnitude = tensor.IsDora ? FactorReader.ReadDoubles(tensor.Contributions[0].Adapter.Weights, tensor.Contributions[0].Target.Magnitude!) : null;
    private readonly double[]? _rowFactors = tensor.IsDora ? new double[tensor.Rows] : null;
    private readonly BitWriter? _bits = undo is null ? null : new BitWriter();
    private readonly int _inBytes = tensor.Columns * tensor.Source.Info.DType.Bits / 8;
    private readonly int _outBytes = tensor.Columns * tensor.OutputType.Bits / 8;
    private FidelitySums _sums;

    /// <summary>Merges the tensor and describes what happened.</summary>
    /// <exception cref="NonFiniteException">A merged weight is NaN or infinite, or a DoRA row is zero.</exception>
    public MergedTensor Run(Action<long> progress, CancellationToken cancellationToken)
    {
        var (before, after) = new RowStream(tensor.Source, writer, tensor.Rows, _inBytes, _outBytes).Run(MergeBlock, progress, cancellationToken);
        undo?.AddBits(tensor.Source.Name, _bits!.Bytes);
        if (_rowFactors is not null)
            undo?.AddFactors(tensor.Source.Name, _rowFactors);
        return Describe(before, after, _sums.ToFidelity(), _bits?.Count);
    }

    private void MergeBlock(int first, int count, ReadOnlySpan<byte> input, Span<byte> output)
    {
        for (var i = 0; i < count; i++)
        {
            var weights = input.Slice(i * _inBytes, _inBytes);
            var updates = _updates.Row(first + i);
            var factor = _rowFactors is null ? 1 : _rowFactors[first + i] = DoraFactor(first + i, _kernel.Norm(weights, updates, _updates.Stride));
            if (!_kernel.Merge(weights, output.Slice(i * _outBytes, _outBytes), updates, _updates.Stride, factor, _bits, ref _sums))
                throw new NonFiniteException(tensor.Source.Name, $"row {first + i} has NaN or infinite weights after the merge");
        }
    }

    /// <summary>f = m / ‖W + ΔW‖ (Liu et al. 2024, eq. 5).</summary>
    private double DoraFactor(int row, double norm) =>
        norm > 0 && double.IsFinite(norm)
            ? _magnitude![row] / norm
            : throw new NonFiniteException(tensor.Source.Name, $"the norm of row {row} is {norm}: DoRA cannot scale it");

    private MergedTensor Describe(Digest before, Digest after, Fidelity fidelity, long? undoBits) => tensor.Contributions switch
    {
        [] => new MergedTensor(tensor.Source.Name, "", "convert", 0, 0, before, after, fidelity, undoBits),
        [var one] => new MergedTensor(tensor.Source.Name, one.Target.Module, tensor.IsDora ? "dora" : "lora", one.Target.Rank, one.Scale, before, after, fidelity, undoBits),
        var many => new MergedTensor(tensor.Source.Name, many[0].Target.Module, "lora-sum", many.Sum(c => c.Target.Rank), 1, before, after, fidelity, undoBits),
    };
}

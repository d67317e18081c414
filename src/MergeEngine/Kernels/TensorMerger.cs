using System.Security.Cryptography;
using Loragate.Artifacts;
using Loragate.Artifacts.Records.Merging;
using Loragate.Artifacts.Safetensors;
using Loragate.MergeEngine.Planning;
using Loragate.MergeEngine.Undo;

namespace Loragate.MergeEngine.Kernels;

/// <summary>Streams one tensor in row blocks: read → merge → write, hashing what comes in and what goes out.</summary>
internal sealed class TensorMerger(PlannedTensor tensor, SafetensorsWriter writer, UndoCollector? undo)
{
    private const int BlockBytes = 2 << 20;

    private readonly TensorKernel _kernel = TensorKernel.For(tensor.Source.Info.DType, tensor.OutputType);
    private readonly LowRankFactors[] _factors = [.. tensor.Contributions.Select(FactorReader.Read)];
    private readonly double[]? _magnitude = tensor.IsDora ? FactorReader.ReadDoubles(tensor.Contributions[0].Adapter.Weights, tensor.Contributions[0].Target.Magnitude!) : null;
    private readonly int _columns = tensor.Columns;
    private readonly int _inBytes = tensor.Columns * tensor.Source.Info.DType.Bits / 8;
    private readonly int _outBytes = tensor.Columns * tensor.OutputType.Bits / 8;

    /// <summary>Merges the tensor and describes what happened.</summary>
    /// <exception cref="NonFiniteException">A merged weight is NaN or infinite, or a DoRA row is zero.</exception>
    public MergedTensor Run(Action<long> progress, CancellationToken cancellationToken)
    {
        var bits = undo is null ? null : new BitWriter();
        var rowFactors = _magnitude is null ? null : new double[tensor.Rows];
        var sums = new FidelitySums();
        using var inputHash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        using var outputHash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);

        var blockRows = Math.Max(RowAccumulator.RowsAtOnce, BlockBytes / Math.Max(1, _inBytes) / RowAccumulator.RowsAtOnce * RowAccumulator.RowsAtOnce);
        var (input, output) = (new byte[(long)Math.Min(blockRows, tensor.Rows) * _inBytes], new byte[(long)Math.Min(blockRows, tensor.Rows) * _outBytes]);
        var deltas = new double[_factors.Length * RowAccumulator.RowsAtOnce * _columns];
        for (var first = 0; first < tensor.Rows; first += blockRows)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var rows = Math.Min(blockRows, tensor.Rows - first);
            var source = input.AsSpan(0, rows * _inBytes);
            var target = output.AsSpan(0, rows * _outBytes);
            tensor.Source.Read((long)first * _inBytes, source);
            inputHash.AppendData(source);
            MergeBlock(first, rows, source, target, deltas, rowFactors, bits, ref sums);
            outputHash.AppendData(target);
            writer.Write(tensor.Source.Name, (long)first * _outBytes, target);
            progress(source.Length);
        }

        undo?.AddBits(tensor.Source.Name, bits!.Bytes);
        if (rowFactors is not null)
            undo?.AddFactors(tensor.Source.Name, rowFactors);
        return Describe(Digest.FromHash(inputHash), Digest.FromHash(outputHash), sums.ToFidelity(), bits?.Count);
    }

    private void MergeBlock(int first, int rows, ReadOnlySpan<byte> source, Span<byte> target, double[] deltas, double[]? rowFactors, BitWriter? bits, ref FidelitySums sums)
    {
        var stride = RowAccumulator.RowsAtOnce * _columns;
        for (var row = 0; row < rows; row += RowAccumulator.RowsAtOnce)
        {
            var count = Math.Min(RowAccumulator.RowsAtOnce, rows - row);
            for (var j = 0; j < _factors.Length; j++)
                RowAccumulator.Fill(_factors[j], first + row, count, deltas.AsSpan(j * stride, count * _columns));
            for (var i = 0; i < count; i++)
            {
                var weights = source.Slice((row + i) * _inBytes, _inBytes);
                var rowDeltas = deltas.AsSpan(Math.Min(i * _columns, deltas.Length));
                var factor = rowFactors is null ? 1 : rowFactors[first + row + i] = DoraFactor(first + row + i, _kernel.Norm(weights, rowDeltas, stride));
                if (!_kernel.Merge(weights, target.Slice((row + i) * _outBytes, _outBytes), rowDeltas, stride, factor, bits, ref sums))
                    throw new NonFiniteException(tensor.Source.Name, $"row {first + row + i} has NaN or infinite weights after the merge");
            }
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

using Loragate.Artifacts.Checkpoints;
using Loragate.Artifacts.Safetensors;
using Loragate.MergeEngine.Algebra;
using Loragate.MergeEngine.Kernels;

namespace Loragate.MergeEngine.Extracting;

/// <summary>
/// ΔW = tuned − base of one tensor in the orientation in which it is stored, read from both files as often as it is walked: one double
/// subtraction an element. A tensor of another shape than two dimensions is walked as rows of its last one.
/// </summary>
/// <param name="baseTensor">The base's tensor.</param>
/// <param name="tuned">The other one, of the same shape.</param>
/// <param name="products">Computes the difference's products.</param>
internal sealed class CheckpointDifference(CheckpointTensor baseTensor, CheckpointTensor tuned, OrderedProducts products) : RowSource(RowsOf(baseTensor), ColumnsOf(baseTensor), products)
{
    private byte[] _bytes = [];
    private double[] _values = [];

    /// <summary>‖ΔW‖²_F.</summary>
    /// <exception cref="NonFiniteException">An element of either tensor is NaN or infinite.</exception>
    public double FiniteSquaredNorm(CancellationToken cancellationToken)
    {
        // Squares of float32 numbers stay far below the largest double, so only a NaN or an infinity among the elements gives one here.
        var norm = SquaredNorm(cancellationToken);
        return double.IsFinite(norm)
            ? norm
            : throw new NonFiniteException($"{tuned.Shard.Path}, tensor '{tuned.Name}'", "it or the base's tensor holds NaN or an infinity", "Extract from a checkpoint of before the training diverged.");
    }

    protected override void Fill(int first, int count, Span<double> rows)
    {
        Read(tuned, first, rows);
        if (_values.Length < rows.Length)
            _values = new double[rows.Length];
        Read(baseTensor, first, _values.AsSpan(0, rows.Length));
        for (var i = 0; i < rows.Length; i++)
            rows[i] -= _values[i];
    }

    private void Read(CheckpointTensor tensor, int first, Span<double> values)
    {
        var size = tensor.Info.DType.Bits / 8;
        if (_bytes.Length < values.Length * size)
            _bytes = new byte[values.Length * size];
        var bytes = _bytes.AsSpan(0, values.Length * size);
        tensor.Read((long)first * Columns * size, bytes);
        StoredValues.Widen(tensor.Info.DType, bytes, values);
    }

    private static int RowsOf(CheckpointTensor tensor) => ColumnsOf(tensor) == 0 ? 0 : checked((int)(tensor.Info.Elements / ColumnsOf(tensor)));

    private static int ColumnsOf(CheckpointTensor tensor) => tensor.Info.Shape.Count == 0 ? 1 : checked((int)tensor.Info.Shape[^1]);
}

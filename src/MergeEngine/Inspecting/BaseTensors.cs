using Loragate.Artifacts.Checkpoints;
using Loragate.Artifacts.Safetensors;
using Loragate.MergeEngine.Kernels;
using Loragate.MergeEngine.Layouts;
using Loragate.MergeEngine.Streaming;

namespace Loragate.MergeEngine.Inspecting;

/// <summary>The base's weights as changes find them, streamed.</summary>
/// <param name="checkpoint">The base.</param>
/// <param name="layout">What it holds.</param>
internal sealed class BaseTensors(Checkpoint checkpoint, BaseLayout layout)
{
    /// <summary>The stored tensor that a change begins from: its target, or the embedding where the target is a head that is tied to it.</summary>
    public CheckpointTensor Of(string target) =>
        checkpoint.Tensors.TryGetValue(target, out var tensor) ? tensor : checkpoint.Tensor(layout.Embedding!.Name);

    /// <summary>‖W‖_F.</summary>
    public double NormOf(string target, CancellationToken cancellationToken)
    {
        var tensor = Of(target);
        var sum = 0.0;
        foreach (var norm in RowNorms(tensor, MatrixView.InRows(tensor.Info.Shape), cancellationToken))
            sum += norm * norm;
        return Math.Sqrt(sum);
    }

    /// <summary>The first value of a tensor that is not finite, if there is one.</summary>
    public static NonFiniteException? Fault(CheckpointTensor tensor, CancellationToken cancellationToken)
    {
        try
        {
            var view = MatrixView.InRows(tensor.Info.Shape);
            BaseValues.Expect(tensor, new RowStream(tensor, view.Rows, view.Columns * (tensor.Info.DType.Bits / 8)), view.Columns, cancellationToken);
            return null;
        }
        catch (NonFiniteException e)
        {
            return e;
        }
    }

    /// <summary>The norm of each row of a tensor in a view.</summary>
    public static IEnumerable<double> RowNorms(CheckpointTensor tensor, MatrixView view, CancellationToken cancellationToken)
    {
        var kernel = TensorKernel.For(tensor.Info.DType, tensor.Info.DType);
        var reader = new RowReader(tensor, view.Rows, view.Columns * (tensor.Info.DType.Bits / 8));
        for (var row = 0; row < view.Rows; row++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            yield return kernel.Norm(reader.Row(row), new RowTerms([], 1));
        }
    }

    /// <summary>The norm of each column of a tensor in a view.</summary>
    public static double[] ColumnNorms(CheckpointTensor tensor, MatrixView view, CancellationToken cancellationToken)
    {
        var kernel = TensorKernel.For(tensor.Info.DType, tensor.Info.DType);
        var reader = new RowReader(tensor, view.Rows, view.Columns * (tensor.Info.DType.Bits / 8));
        var sums = new double[view.Columns];
        for (var row = 0; row < view.Rows; row++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            kernel.AddSquares(reader.Row(row), new RowTerms([], 1), sums);
        }
        return [.. sums.Select(Math.Sqrt)];
    }
}

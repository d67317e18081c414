using Loragate.Artifacts;
using Loragate.Artifacts.Checkpoints;
using Loragate.Artifacts.Safetensors;
using Loragate.MergeEngine.Algebra;

namespace Loragate.MergeEngine.Extracting;

/// <summary>What became of one tensor.</summary>
/// <param name="Base">The base's tensor.</param>
/// <param name="Tuned">The fine-tuned one.</param>
/// <param name="BaseDigest">SHA-256 of the base's bytes.</param>
/// <param name="TunedDigest">SHA-256 of the fine-tuned bytes.</param>
/// <param name="SquaredNorm">‖ΔW‖²_F; null where the types have no arithmetic here and the bytes differ.</param>
internal sealed record TensorChange(CheckpointTensor Base, CheckpointTensor Tuned, Digest BaseDigest, Digest TunedDigest, double? SquaredNorm)
{
    public string Name => Base.Name;

    /// <summary>Whether a value differs; −0 and 0 are one value.</summary>
    public bool IsChange => SquaredNorm != 0;

    /// <summary>Holds two tensors against each other.</summary>
    /// <exception cref="NonFiniteException">They differ and one holds NaN or an infinity.</exception>
    public static TensorChange Of(CheckpointTensor baseTensor, CheckpointTensor tuned, CancellationToken cancellationToken)
    {
        var before = baseTensor.ComputeDigest(progress: null, cancellationToken);
        var after = tuned.ComputeDigest(progress: null, cancellationToken);
        var isSame = before == after && baseTensor.Info.DType == tuned.Info.DType;
        var hasArithmetic = baseTensor.Info.DType.IsMergeable && tuned.Info.DType.IsMergeable;
        double? norm = (isSame, hasArithmetic) switch
        {
            (true, _) => 0,
            (false, true) => new CheckpointDifference(baseTensor, tuned, OrderedProducts.Kernels).FiniteSquaredNorm(cancellationToken),
            _ => null,
        };
        return new TensorChange(baseTensor, tuned, before, after, norm);
    }

    /// <summary>The tensor by content, as base or as fine-tuned.</summary>
    public static TensorDigest Digested(CheckpointTensor tensor, Digest digest) => new(tensor.Name, tensor.Info.DType.ToString(), tensor.Info.Shape, digest);
}

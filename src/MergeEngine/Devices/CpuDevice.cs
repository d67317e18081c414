using Loragate.MergeEngine.Algebra;

namespace Loragate.MergeEngine.Devices;

/// <summary>The processor.</summary>
internal sealed class CpuDevice : MergeDevice
{
    /// <inheritdoc/>
    public override string Name => "cpu";

    /// <inheritdoc/>
    internal override OrderedProducts Products => OrderedProducts.Kernels;

    /// <inheritdoc/>
    internal override TensorArithmetic Prepare(TensorWork work) => new KernelArithmetic(work);
}

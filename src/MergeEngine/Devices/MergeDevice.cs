using Loragate.MergeEngine.Algebra;

namespace Loragate.MergeEngine.Devices;

/// <summary>
/// Where the canonical arithmetic is computed. What comes out does not depend on it, to the last bit: weights, side-car, factors and fidelity.
/// </summary>
public abstract class MergeDevice : IDisposable
{
    private protected MergeDevice()
    {
    }

    /// <summary>The processor, by the vectorised kernels; no native library is loaded.</summary>
    public static MergeDevice Cpu { get; } = new CpuDevice();

    /// <summary>The name in receipts: "cpu", "torch-cpu" or "cuda:0".</summary>
    public abstract string Name { get; }

    /// <summary>The arithmetic of one tensor.</summary>
    /// <exception cref="DeviceException">Not even one row fits into the memory that was allowed.</exception>
    internal abstract TensorArithmetic Prepare(TensorWork work);

    /// <summary>The products of matrices that are walked in blocks.</summary>
    internal abstract OrderedProducts Products { get; }

    /// <summary>Frees what the device holds.</summary>
    public virtual void Dispose() => GC.SuppressFinalize(this);
}

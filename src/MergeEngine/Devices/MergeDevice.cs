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

    /// <summary>Whether tensors at work lie in the device's own memory, and not in the process's.</summary>
    internal virtual bool HasOwnMemory => false;

    /// <summary>Bytes of main memory that the device's library takes by being there.</summary>
    internal virtual long LibraryBytes => 0;

    /// <summary>Bytes that a block of one tensor takes at the peak of the arithmetic, beyond its weights on either side.</summary>
    /// <param name="elements">Weights of the block.</param>
    /// <param name="updates">Updates that are added to them.</param>
    internal virtual long BlockBytes(long elements, int updates) => 0;

    /// <summary>Frees what the device holds.</summary>
    public virtual void Dispose() => GC.SuppressFinalize(this);
}

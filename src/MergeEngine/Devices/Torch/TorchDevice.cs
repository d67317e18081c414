using System.Globalization;
using Loragate.MergeEngine.Algebra;
using TorchSharp;
using static TorchSharp.torch;

namespace Loragate.MergeEngine.Devices.Torch;

/// <summary>
/// A device of Torch. Only operations with one exact result are used: elementwise IEEE products, sums, quotients and roundings in double, in the
/// order of docs/formats/merge.v1.md; no matrix product, no reduction of floating-point numbers.
/// </summary>
public sealed class TorchDevice : MergeDevice
{
    private readonly Device _device;
    private readonly long _bytesPerTensor;

    private TorchDevice(string name, Device device, long bytesPerTensor)
    {
        (Name, _device, _bytesPerTensor) = (name, device, bytesPerTensor);
        Products = new TorchProducts(name, device, bytesPerTensor);
    }

    /// <inheritdoc/>
    public override string Name { get; }

    /// <inheritdoc/>
    internal override OrderedProducts Products { get; }

    /// <summary>Opens a device.</summary>
    /// <param name="name">"torch-cpu", "cuda" or "cuda:N".</param>
    /// <param name="memory">Bytes that tensors on the device may take together.</param>
    /// <param name="threads">Tensors that are worked on at once; each has its share of the memory.</param>
    /// <exception cref="DeviceException">This build or machine has no such device.</exception>
    public static TorchDevice Open(string name, long memory, int threads)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(threads);
        if (name == "torch-cpu")
            return new TorchDevice(name, CPU, memory / threads);
        var number = IndexOf(name) ?? throw new DeviceException(name, "no such device", "Write auto, cpu, torch-cpu, cuda or cuda:N.");
        var count = cuda.is_available() ? cuda.device_count() : 0;
        if (count == 0)
            throw new DeviceException(name, "this build or machine has no CUDA", "Build with -p:Torch=cuda, or merge on the CPU: the bytes are the same.");
        if (number >= count)
            throw new DeviceException(name, $"this machine has {count} CUDA devices, counted from 0", "Name one of them.");
        return new TorchDevice(string.Create(CultureInfo.InvariantCulture, $"cuda:{number}"), device($"cuda:{number}"), memory / threads);
    }

    /// <inheritdoc/>
    internal override bool HasOwnMemory => _device.type != DeviceType.CPU;

    /// <summary>As measured on Torch's CPU device (docs/gpu.md); a CUDA context comes on top.</summary>
    internal override long LibraryBytes => 150_000_000;

    /// <inheritdoc/>
    internal override long BlockBytes(long elements, int updates) => Math.Min(_bytesPerTensor, elements * TorchArithmetic.BytesPerElement(updates));

    /// <inheritdoc/>
    internal override TensorArithmetic Prepare(TensorWork work) => new TorchArithmetic(work, _device, _bytesPerTensor);

    private static int? IndexOf(string name) =>
        name == "cuda" ? 0
        : name.StartsWith("cuda:", StringComparison.Ordinal) && int.TryParse(name.AsSpan(5), NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number
        : null;
}

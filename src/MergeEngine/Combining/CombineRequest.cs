using Loragate.Artifacts.Safetensors;
using Loragate.MergeEngine.Devices;

namespace Loragate.MergeEngine.Combining;

/// <summary>All that a combination needs.</summary>
public sealed record CombineRequest
{
    /// <summary>The adapters in order; weights are finite, not 0, and may be negative.</summary>
    public required IReadOnlyList<WeightedAdapter> Adapters { get; init; }

    /// <summary>The method with its parameters (<see cref="CombineMethods"/>).</summary>
    public required CombineMethod Method { get; init; }

    /// <summary>The type of the stored factors: F32, BF16 or F16.</summary>
    public DType OutputType { get; init; } = DType.F32;

    /// <summary>The folder to make; it must not exist.</summary>
    public required string Output { get; init; }

    /// <summary>Where the products of whole updates are computed; the bytes do not depend on it.</summary>
    public MergeDevice Device { get; init; } = MergeDevice.Cpu;

    /// <summary>Modules that are worked on at once; the result does not depend on it.</summary>
    public required int Threads { get; init; }

    /// <summary>The build that is named in the receipt.</summary>
    public required string Version { get; init; }
}

using Loragate.Artifacts.Safetensors;
using Loragate.MergeEngine.Devices;

namespace Loragate.MergeEngine.Extracting;

/// <summary>All that an extraction needs.</summary>
public sealed record ExtractRequest
{
    /// <summary>The base folder.</summary>
    public required string Base { get; init; }

    /// <summary>The folder of the fine-tuned model: the same tensors with the same shapes.</summary>
    public required string Tuned { get; init; }

    /// <summary>The largest rank of an update, from 1 up.</summary>
    public required int Rank { get; init; }

    /// <summary>What becomes of changed tensors that cannot be captured.</summary>
    public UncapturedChange Uncaptured { get; init; } = UncapturedChange.List;

    /// <summary>The type of the stored factors: F32, BF16 or F16.</summary>
    public DType OutputType { get; init; } = DType.F32;

    /// <summary>The seed of the random start.</summary>
    public ulong Seed { get; init; }

    /// <summary>The folder to make; it must not exist.</summary>
    public required string Output { get; init; }

    /// <summary>Where the products of whole updates are computed; the bytes do not depend on it.</summary>
    public MergeDevice Device { get; init; } = MergeDevice.Cpu;

    /// <summary>Tensors that are worked on at once; the result does not depend on it.</summary>
    public required int Threads { get; init; }

    /// <summary>The build that is named in the receipt.</summary>
    public required string Version { get; init; }
}

using Loragate.Artifacts.Safetensors;
using Loragate.MergeEngine.Devices;
using Loragate.MergeEngine.Layouts;

namespace Loragate.MergeEngine;

/// <summary>All that a merge needs.</summary>
public sealed record MergeRequest
{
    /// <summary>The base folder.</summary>
    public required string Base { get; init; }

    /// <summary>The adapters, added in this order.</summary>
    public required IReadOnlyList<WeightedAdapter> Adapters { get; init; }

    /// <summary>The folder to make; it must not exist.</summary>
    public required string Output { get; init; }

    /// <summary>The type of all merged floating-point tensors, or null to keep each tensor's own.</summary>
    public DType? OutputType { get; init; }

    /// <summary>Whether to write the side-car of exact unmerge.</summary>
    public bool WithUndo { get; init; } = true;

    /// <summary>How the factors of experts lie in the adapters' files; null to take PEFT's layout where PEFT wrote the file, and to refuse elsewhere.</summary>
    public ExpertLayout? ExpertLayout { get; init; }

    /// <summary>Whether the base is the one that the adapters' initialisation (PiSSA, OLoRA …) left, and so the one that they were trained on.</summary>
    public bool ResidualBase { get; init; }

    /// <summary>
    /// Whether to go on where an interrupted run of the same request stopped, and to leave the finished weight files when interrupted. What lies beside
    /// the output is then believed as far as its digests can be checked again: not for places where others may write.
    /// </summary>
    public bool Resumes { get; init; }

    /// <summary>Where the arithmetic is computed; the result does not depend on it.</summary>
    public MergeDevice Device { get; init; } = MergeDevice.Cpu;

    /// <summary>Tensors that are worked on at once; the result does not depend on it.</summary>
    public required int Threads { get; init; }

    /// <summary>The build that is named in the receipt.</summary>
    public required string Version { get; init; }
}

using Loragate.MergeEngine.Devices;
using Loragate.MergeEngine.Layouts;

namespace Loragate.MergeEngine.Auditing;

/// <summary>All that an audit of a merge needs.</summary>
public sealed record AuditRequest
{
    /// <summary>The base folder.</summary>
    public required string Base { get; init; }

    /// <summary>The adapters that were to be merged, in order.</summary>
    public required IReadOnlyList<WeightedAdapter> Adapters { get; init; }

    /// <summary>The merged folder, made by any tool.</summary>
    public required string Merged { get; init; }

    /// <summary>How the factors of fused experts lie, where the adapters do not say.</summary>
    public ExpertLayout? ExpertLayout { get; init; }

    /// <summary>Whether the base is the one that the adapters' initialisation (PiSSA, OLoRA …) left, and so the one that they were trained on.</summary>
    public bool ResidualBase { get; init; }

    /// <summary>Where the merge is computed again; the verdicts do not depend on it.</summary>
    public MergeDevice Device { get; init; } = MergeDevice.Cpu;

    /// <summary>Tensors that are worked on at once; the result does not depend on it.</summary>
    public required int Threads { get; init; }

    /// <summary>The build that is named in the record.</summary>
    public required string Version { get; init; }
}

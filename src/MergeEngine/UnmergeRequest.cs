using Loragate.MergeEngine.Devices;

namespace Loragate.MergeEngine;

/// <summary>All that an unmerge needs.</summary>
public sealed record UnmergeRequest
{
    /// <summary>The merged folder, with its receipt and side-car.</summary>
    public required string Merged { get; init; }

    /// <summary>The adapters in the order of the merge; empty to take the copies in the merged folder.</summary>
    public IReadOnlyList<string> Adapters { get; init; } = [];

    /// <summary>The folder to make; it must not exist.</summary>
    public required string Output { get; init; }

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

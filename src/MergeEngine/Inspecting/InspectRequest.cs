namespace Loragate.MergeEngine.Inspecting;

/// <summary>All that an inspection needs.</summary>
public sealed record InspectRequest
{
    /// <summary>The adapter folder.</summary>
    public required string Adapter { get; init; }

    /// <summary>The base folder; without one, fit and relative size are not judged.</summary>
    public string? Base { get; init; }

    /// <summary>The build that is named in the record.</summary>
    public required string Version { get; init; }
}

using Loragate.MergeEngine.Layouts;

namespace Loragate.MergeEngine.Inspecting;

/// <summary>All that an inspection needs.</summary>
public sealed record InspectRequest
{
    /// <summary>The adapter folder.</summary>
    public required string Adapter { get; init; }

    /// <summary>The base folder; without one, fit and relative size are not judged.</summary>
    public string? Base { get; init; }

    /// <summary>The weights digest that the base must have, 64 hexadecimal digits; null where none is demanded.</summary>
    public string? BaseDigest { get; init; }

    /// <summary>Licences of data sets by their names, as the caller knows them; model cards name data sets without licences.</summary>
    public IReadOnlyDictionary<string, string> DatasetLicences { get; init; } = new Dictionary<string, string>();

    /// <summary>How the factors of fused experts lie in the adapter's file, where it does not say who wrote it.</summary>
    public ExpertLayout? ExpertLayout { get; init; }

    /// <summary>Whether the base is the one that the adapter's initialisation (PiSSA, OLoRA …) left, and so the one that it was trained on.</summary>
    public bool ResidualBase { get; init; }

    /// <summary>Tensors that are hashed at once where a digest is pinned; the result does not depend on it.</summary>
    public int Threads { get; init; } = 1;

    /// <summary>The build that is named in the record.</summary>
    public required string Version { get; init; }
}

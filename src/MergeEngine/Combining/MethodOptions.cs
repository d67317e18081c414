namespace Loragate.MergeEngine.Combining;

/// <summary>The parameters that a method may take; each method refuses those that it does not know.</summary>
public sealed record MethodOptions
{
    /// <summary>The rank to recompress to.</summary>
    public int? Rank { get; init; }

    /// <summary>The share of elements that stays, above 0 and at most 1.</summary>
    public double? Density { get; init; }

    /// <summary>How a sign is elected; total where nothing is said.</summary>
    public MajoritySign? MajoritySign { get; init; }

    /// <summary>The seed of everything random; 0 where nothing is said.</summary>
    public ulong? Seed { get; init; }
}

namespace Loragate.Artifacts.Records.Merging;

/// <summary>A tensor that an adapter changed.</summary>
/// <param name="Name">The tensor's name in the checkpoint.</param>
/// <param name="Module">The adapter's module.</param>
/// <param name="Delta">The kind of change: "lora", "dora", "replaced" … (docs/formats/merge.v1.md).</param>
/// <param name="Rank">r; 0 where the change has none.</param>
/// <param name="Scale">s; 0 where the change has none.</param>
/// <param name="Before">SHA-256 of the base tensor's bytes.</param>
/// <param name="After">SHA-256 of the merged tensor's bytes.</param>
/// <param name="Fidelity">What rounding did.</param>
/// <param name="UndoBits">Bits that exact unmerge needs for this tensor, null without a side-car.</param>
public sealed record MergedTensor(
    string Name, string Module, string Delta, int Rank, double Scale, Digest Before, Digest After, Fidelity Fidelity, long? UndoBits)
{
    /// <summary>The base tensor that this one was made from, where the base holds none of this name (the head of a tied embedding); null otherwise.</summary>
    public string? Source { get; init; }
}

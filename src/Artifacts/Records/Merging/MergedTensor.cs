namespace Loragate.Artifacts.Records.Merging;

/// <summary>A tensor that an adapter changed.</summary>
/// <param name="Name">The tensor's name in the checkpoint.</param>
/// <param name="Module">The adapter's module.</param>
/// <param name="Delta">The kind of update: "lora", "dora".</param>
/// <param name="Rank">r.</param>
/// <param name="Scale">s.</param>
/// <param name="Before">SHA-256 of the base tensor's bytes.</param>
/// <param name="After">SHA-256 of the merged tensor's bytes.</param>
/// <param name="Fidelity">What rounding did.</param>
/// <param name="UndoBits">Bits that exact unmerge needs for this tensor, null without a side-car.</param>
public sealed record MergedTensor(
    string Name, string Module, string Delta, int Rank, double Scale, Digest Before, Digest After, Fidelity Fidelity, long? UndoBits);

namespace Loragate.Artifacts.Records.Merging;

/// <summary>What a tensor of an adapter file was used for.</summary>
/// <param name="Name">The tensor's name in the adapter file.</param>
/// <param name="Use">The kind of change, or "copy" for a copy of base weights that was held against the base.</param>
/// <param name="Tensors">The tensors of the checkpoint that it changed or was held against, by name.</param>
public sealed record UsedTensor(string Name, string Use, IReadOnlyList<string> Tensors);

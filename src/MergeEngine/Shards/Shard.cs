using Loragate.Artifacts.Safetensors;

namespace Loragate.MergeEngine.Shards;

/// <summary>One weight file of an output and what becomes of it.</summary>
/// <param name="Source">The file that its tensors are made from.</param>
/// <param name="Header">The bytes before its tensors: length field and header.</param>
/// <param name="Tensors">Every tensor of either file, by name.</param>
internal sealed record Shard(SafetensorsFile Source, byte[] Header, IReadOnlyList<ShardTensor> Tensors)
{
    /// <summary>The file's name, the same on both sides.</summary>
    public string Name => Path.GetFileName(Source.Path);

    /// <summary>Whether the output is the source, byte for byte.</summary>
    public bool IsUntouched => Tensors.All(t => !t.Plan.Changes) && Source.ReadRawHeader().AsSpan().SequenceEqual(Header);
}

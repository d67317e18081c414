using Loragate.Artifacts.Safetensors;
using Loragate.MergeEngine.Planning;

namespace Loragate.MergeEngine.Shards;

/// <summary>One weight file of an output and what becomes of it.</summary>
/// <param name="Source">The file that its tensors are made from.</param>
/// <param name="Header">The bytes before its tensors: length field and header.</param>
/// <param name="Tensors">Every tensor of either file, by name.</param>
internal sealed record Shard(SafetensorsFile Source, byte[] Header, IReadOnlyList<ShardTensor> Tensors)
{
    /// <summary>The file's name, the same on both sides.</summary>
    public string Name => Path.GetFileName(Source.Path);

    /// <summary>The bytes before the tensors of a merged weight file: the base's own where nothing in it changes, else those that follow from the plan and the base's metadata.</summary>
    /// <param name="tensors">What becomes of the file's tensors.</param>
    /// <param name="baseHeader">Length field and header of the base's file.</param>
    /// <param name="place">The base's file, for messages.</param>
    public static byte[] MergedHeader(IReadOnlyCollection<PlannedTensor> tensors, byte[] baseHeader, string place) =>
        tensors.Any(t => t.Changes) ? SafetensorsWriter.HeaderOf(tensors.Select(t => t.Output), SafetensorsHeader.ParseAlone(baseHeader.AsMemory(sizeof(long)), place).Metadata) : baseHeader;

    /// <summary>Whether the output is the source, byte for byte.</summary>
    public bool IsUntouched => Tensors.All(t => !t.Plan.Changes) && Source.ReadRawHeader().AsSpan().SequenceEqual(Header);
}

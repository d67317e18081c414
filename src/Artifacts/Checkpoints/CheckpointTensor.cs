using Loragate.Artifacts.Safetensors;

namespace Loragate.Artifacts.Checkpoints;

/// <summary>A tensor of a checkpoint and the shard that holds it.</summary>
/// <param name="Info">Name, type, shape and place in the shard.</param>
/// <param name="Shard">The open shard.</param>
public sealed record CheckpointTensor(TensorInfo Info, SafetensorsFile Shard)
{
    /// <summary>The tensor's name.</summary>
    public string Name => Info.Name;

    /// <summary>Reads bytes of the tensor.</summary>
    public void Read(long offset, Span<byte> destination) => Shard.Read(Info, offset, destination);

    /// <summary>SHA-256 of the tensor's bytes, read in blocks.</summary>
    /// <param name="progress">Is told the bytes of each block.</param>
    /// <param name="cancellationToken">Stops between blocks.</param>
    public Digest ComputeDigest(Action<long>? progress = null, CancellationToken cancellationToken = default) =>
        ComputeDigest((_, block) => progress?.Invoke(block.Length), cancellationToken);

    /// <summary>SHA-256 of the tensor's bytes, read in blocks.</summary>
    /// <param name="passOn">Takes each block with its place in the tensor.</param>
    /// <param name="cancellationToken">Stops between blocks.</param>
    public Digest ComputeDigest(Digest.PassBlock passOn, CancellationToken cancellationToken = default) =>
        Digest.OfBlocks(ReadBlock, cancellationToken, passOn);

    /// <summary>Reads the whole tensor into memory.</summary>
    public byte[] ReadAll() => Shard.ReadAll(Info);

    private int ReadBlock(long position, Span<byte> block)
    {
        var part = block[..(int)Math.Min(block.Length, Info.Length - position)];
        Read(position, part);
        return part.Length;
    }
}

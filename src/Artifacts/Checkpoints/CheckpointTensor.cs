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

    /// <summary>Reads the whole tensor into memory.</summary>
    public byte[] ReadAll() => Shard.ReadAll(Info);
}

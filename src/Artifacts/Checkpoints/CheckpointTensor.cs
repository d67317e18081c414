using System.Security.Cryptography;
using Loragate.Artifacts.Safetensors;

namespace Loragate.Artifacts.Checkpoints;

/// <summary>A tensor of a checkpoint and the shard that holds it.</summary>
/// <param name="Info">Name, type, shape and place in the shard.</param>
/// <param name="Shard">The open shard.</param>
public sealed record CheckpointTensor(TensorInfo Info, SafetensorsFile Shard)
{
    private const int BlockBytes = 4 << 20;

    /// <summary>The tensor's name.</summary>
    public string Name => Info.Name;

    /// <summary>Reads bytes of the tensor.</summary>
    public void Read(long offset, Span<byte> destination) => Shard.Read(Info, offset, destination);

    /// <summary>SHA-256 of the tensor's bytes, read in blocks.</summary>
    /// <param name="progress">Is told the bytes of each block.</param>
    /// <param name="cancellationToken">Stops between blocks.</param>
    public Digest ComputeDigest(Action<long>? progress = null, CancellationToken cancellationToken = default)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var block = new byte[Math.Min(BlockBytes, Info.Length)];
        for (var offset = 0L; offset < Info.Length; offset += block.Length)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var part = block.AsSpan(0, (int)Math.Min(block.Length, Info.Length - offset));
            Read(offset, part);
            hash.AppendData(part);
            progress?.Invoke(part.Length);
        }
        return Digest.FromHash(hash);
    }

    /// <summary>Reads the whole tensor into memory.</summary>
    public byte[] ReadAll() => Shard.ReadAll(Info);
}

using System.Security.Cryptography;
using Loragate.Artifacts;
using Loragate.Artifacts.Checkpoints;
using Loragate.Artifacts.Safetensors;

namespace Loragate.MergeEngine;

/// <summary>Passes a tensor through unchanged.</summary>
internal static class TensorCopy
{
    private const int BlockBytes = 1 << 20;

    /// <summary>Writes a tensor and hashes what is written.</summary>
    public static Digest Run(CheckpointTensor tensor, SafetensorsWriter writer, Action<long> progress, CancellationToken cancellationToken)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var block = new byte[Math.Min(BlockBytes, tensor.Info.Length)];
        for (var offset = 0L; offset < tensor.Info.Length; offset += block.Length)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var part = block.AsSpan(0, (int)Math.Min(block.Length, tensor.Info.Length - offset));
            tensor.Read(offset, part);
            hash.AppendData(part);
            writer.Write(tensor.Name, offset, part);
            progress(part.Length);
        }
        return Digest.FromHash(hash);
    }
}

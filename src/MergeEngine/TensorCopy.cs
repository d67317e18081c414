using System.Security.Cryptography;
using Loragate.Artifacts;
using Loragate.Artifacts.Checkpoints;
using Loragate.Artifacts.Safetensors;

namespace Loragate.MergeEngine;

/// <summary>Passes a tensor through unchanged.</summary>
internal static class TensorCopy
{
    /// <summary>Hashes a tensor and, where a writer is given, writes it, under another name if one is given.</summary>
    public static Digest Run(CheckpointTensor tensor, SafetensorsWriter? writer, int blockBytes, Action<long> progress, CancellationToken cancellationToken, string? name = null)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var block = new byte[Math.Min(blockBytes, tensor.Info.Length)];
        for (var offset = 0L; offset < tensor.Info.Length; offset += block.Length)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var part = block.AsSpan(0, (int)Math.Min(block.Length, tensor.Info.Length - offset));
            tensor.Read(offset, part);
            hash.AppendData(part);
            writer?.Write(name ?? tensor.Name, offset, part);
            progress(part.Length);
        }
        return Digest.FromHash(hash);
    }
}

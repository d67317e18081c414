using System.Security.Cryptography;
using Loragate.Artifacts;
using Loragate.Artifacts.Checkpoints;
using Loragate.Artifacts.Safetensors;

namespace Loragate.MergeEngine.Kernels;

/// <summary>Streams a tensor in blocks of rows: read → work → write, hashing what comes in and what goes out.</summary>
/// <param name="source">The tensor to read.</param>
/// <param name="writer">Takes the tensor.</param>
/// <param name="name">The tensor's name there.</param>
/// <param name="rows">Rows of the tensor.</param>
/// <param name="inBytes">Bytes of a row that is read.</param>
/// <param name="outBytes">Bytes of a row that is written.</param>
internal sealed class RowStream(CheckpointTensor source, SafetensorsWriter writer, string name, int rows, int inBytes, int outBytes)
{
    private const int BlockBytes = 2 << 20;

    /// <summary>Works on a block.</summary>
    /// <param name="first">Its first row.</param>
    /// <param name="count">Its rows.</param>
    /// <param name="input">What was read.</param>
    /// <param name="output">Filled by the work.</param>
    public delegate void Work(int first, int count, ReadOnlySpan<byte> input, Span<byte> output);

    /// <summary>Runs the work over all rows and returns the digests of both sides.</summary>
    public (Digest Input, Digest Output) Run(Work work, Action<long> progress, CancellationToken cancellationToken)
    {
        using var inputHash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        using var outputHash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var blockRows = Math.Max(1, BlockBytes / Math.Max(1, inBytes) / RowAccumulator.RowsAtOnce) * RowAccumulator.RowsAtOnce;
        var held = Math.Min(blockRows, rows);
        var (input, output) = (new byte[(long)held * inBytes], new byte[(long)held * outBytes]);
        for (var first = 0; first < rows; first += blockRows)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var count = Math.Min(blockRows, rows - first);
            var read = input.AsSpan(0, count * inBytes);
            var written = output.AsSpan(0, count * outBytes);
            source.Read((long)first * inBytes, read);
            inputHash.AppendData(read);
            work(first, count, read, written);
            outputHash.AppendData(written);
            writer.Write(name, (long)first * outBytes, written);
            progress(read.Length);
        }
        return (Digest.FromHash(inputHash), Digest.FromHash(outputHash));
    }
}

using System.Buffers;
using System.Security.Cryptography;
using Loragate.Artifacts;
using Loragate.Artifacts.Checkpoints;
using Loragate.Artifacts.Safetensors;
using Loragate.MergeEngine.Kernels;

namespace Loragate.MergeEngine.Streaming;

/// <summary>Streams a tensor in blocks of rows: read → work → write, hashing what comes in and what goes out.</summary>
/// <param name="source">The tensor to read.</param>
/// <param name="rows">Rows of the tensor.</param>
/// <param name="inBytes">Bytes of a row that is read.</param>
internal sealed class RowStream(CheckpointTensor source, int rows, int inBytes)
{
    /// <summary>Bytes of a block on either side, unless a row is longer.</summary>
    public const int BlockBytes = 1 << 20;

    private readonly int _blockRows = Math.Max(1, BlockBytes / Math.Max(1, inBytes) / RowAccumulator.RowsAtOnce) * RowAccumulator.RowsAtOnce;

    /// <summary>Looks at a block.</summary>
    /// <param name="first">Its first row.</param>
    /// <param name="count">Its rows.</param>
    /// <param name="input">What was read.</param>
    public delegate void Look(int first, int count, ReadOnlySpan<byte> input);

    /// <summary>Works on a block.</summary>
    /// <param name="first">Its first row.</param>
    /// <param name="count">Its rows.</param>
    /// <param name="input">What was read.</param>
    /// <param name="output">Filled by the work.</param>
    public delegate void Work(int first, int count, ReadOnlySpan<byte> input, Span<byte> output);

    /// <summary>Reads all rows in ascending order.</summary>
    public void Read(Look look, CancellationToken cancellationToken)
    {
        var input = RentBlock(inBytes);
        try
        {
            for (var first = 0; first < rows; first += _blockRows)
            {
                cancellationToken.ThrowIfCancellationRequested();
                var count = Math.Min(_blockRows, rows - first);
                var read = input.AsSpan(0, count * inBytes);
                source.Read((long)first * inBytes, read);
                look(first, count, read);
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(input);
        }
    }

    /// <summary>Runs the work over all rows and returns the digests of both sides.</summary>
    /// <param name="work">The work.</param>
    /// <param name="writer">Takes the tensor; null where only its digest is asked for.</param>
    /// <param name="name">The tensor's name there.</param>
    /// <param name="outBytes">Bytes of a row that is written.</param>
    /// <param name="progress">Is told the bytes of each block that was read.</param>
    /// <param name="cancellationToken">Stops between blocks.</param>
    public (Digest Input, Digest Output) Run(Work work, SafetensorsWriter? writer, string name, int outBytes, Action<long> progress, CancellationToken cancellationToken)
    {
        using var inputHash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        using var outputHash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var output = RentBlock(outBytes);
        try
        {
            Read(
                (first, count, input) =>
                {
                    var written = output.AsSpan(0, count * outBytes);
                    inputHash.AppendData(input);
                    work(first, count, input, written);
                    outputHash.AppendData(written);
                    writer?.Write(name, (long)first * outBytes, written);
                    progress(input.Length);
                },
                cancellationToken);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(output);
        }
        return (Digest.FromHash(inputHash), Digest.FromHash(outputHash));
    }

    /// <summary>A block's memory, which a model's many tensors use one after the other.</summary>
    private byte[] RentBlock(int rowBytes) => ArrayPool<byte>.Shared.Rent(checked(Math.Min(_blockRows, rows) * rowBytes));
}

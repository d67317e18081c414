using System.Security.Cryptography;
using Loragate.Artifacts;
using Loragate.Artifacts.Checkpoints;
using Loragate.MergeEngine.Devices;
using Loragate.MergeEngine.Planning;
using Loragate.MergeEngine.Streaming;

namespace Loragate.MergeEngine.Auditing;

/// <summary>
/// Computes the merge of one tensor again and holds the merged checkpoint's bytes against it, block by block: each side is read once and hashed on the
/// way. After the first block that differs there is only hashing left.
/// </summary>
/// <param name="plan">The plan; it replaces no rows.</param>
/// <param name="source">The base tensor.</param>
/// <param name="found">The merged checkpoint's tensor.</param>
/// <param name="device">Computes.</param>
internal sealed class Recomputation(PlannedTensor plan, CheckpointTensor source, CheckpointTensor found, MergeDevice device)
{
    private bool _isEqual = true;
    private bool _isFinite = true;

    /// <summary>Whether every byte is the canonical merge's; null where a weight is not finite, so that nothing is said.</summary>
    public bool? IsCanonical => _isFinite ? _isEqual : null;

    /// <summary>Computes and compares; returns the digests of both sides.</summary>
    /// <exception cref="NonFiniteException">A factor is not finite, or DoRA cannot scale the base.</exception>
    public (Digest Base, Digest Found) Run(Action<long> progress, CancellationToken cancellationToken)
    {
        var work = TensorWork.Of(plan) with { Output = found.Info.DType };
        using var arithmetic = device.Prepare(work);
        var stream = new RowStream(source, work.View.Rows, work.SourceRowBytes);
        ColumnNorms.Set(arithmetic, work, stream, cancellationToken);
        using var baseHash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        using var foundHash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        byte[] canonical = [], theirs = [];
        stream.Read(
            (first, count, weights) =>
            {
                baseHash.AppendData(weights);
                var bytes = count * work.OutputRowBytes;
                if (theirs.Length == 0)
                    (canonical, theirs) = (new byte[bytes], new byte[bytes]);
                var computed = canonical.AsSpan(0, bytes);
                var read = theirs.AsSpan(0, bytes);
                found.Read((long)first * work.OutputRowBytes, read);
                foundHash.AppendData(read);
                if (_isEqual && _isFinite)
                {
                    _isFinite = arithmetic.Recompute(first, count, weights, computed);
                    _isEqual = computed.SequenceEqual(read);
                }
                progress(weights.Length + read.Length);
            },
            cancellationToken);
        return (Digest.FromHash(baseHash), Digest.FromHash(foundHash));
    }
}

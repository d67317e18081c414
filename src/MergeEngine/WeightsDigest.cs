using System.Collections.Concurrent;
using Loragate.Artifacts;
using Loragate.Artifacts.Checkpoints;

namespace Loragate.MergeEngine;

/// <summary>The weights digest of a folder, computed by hashing every tensor.</summary>
public static class WeightsDigest
{
    /// <summary>Hashes every tensor of a checkpoint, several side by side.</summary>
    /// <exception cref="MalformedInputException">The folder is no checkpoint.</exception>
    public static Digest Compute(string folder, int threads, CancellationToken cancellationToken = default) =>
        TensorDigest.OfWeights(ComputeTensors(folder, threads, cancellationToken));

    /// <summary>The digest of every tensor of a checkpoint, by name.</summary>
    /// <exception cref="MalformedInputException">The folder is no checkpoint.</exception>
    public static IReadOnlyList<TensorDigest> ComputeTensors(string folder, int threads, CancellationToken cancellationToken = default)
    {
        using var checkpoint = Checkpoint.Open(folder);
        var digests = new ConcurrentBag<TensorDigest>();
        var options = new ParallelOptions { MaxDegreeOfParallelism = threads, CancellationToken = cancellationToken };
        InParallel.LargestFirst(checkpoint.Tensors.Values, t => t.Info.Length, options, tensor =>
            digests.Add(new TensorDigest(tensor.Name, tensor.Info.DType.ToString(), tensor.Info.Shape, tensor.ComputeDigest(progress: null, cancellationToken))));
        return [.. digests.OrderBy(t => t.Name, StringComparer.Ordinal)];
    }
}

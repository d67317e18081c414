using System.Collections;
using Loragate.Artifacts.Checkpoints;
using Loragate.MergeEngine;

namespace Loragate.Cli.Verbs;

/// <summary>Every tensor of a checkpoint by content, hashed when the first is asked for: what is wrong with settings, output and data shows before a large base is read.</summary>
/// <param name="folder">The checkpoint.</param>
/// <param name="threads">Threads that hash.</param>
/// <param name="cancellationToken">Stops hashing.</param>
internal sealed class DeferredWeights(string folder, int threads, CancellationToken cancellationToken) : IReadOnlyList<TensorDigest>
{
    private readonly Lazy<IReadOnlyList<TensorDigest>> _weights = new(() => WeightsDigest.ComputeTensors(folder, threads, cancellationToken));

    public int Count => _weights.Value.Count;

    public TensorDigest this[int index] => _weights.Value[index];

    public IEnumerator<TensorDigest> GetEnumerator() => _weights.Value.GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
}

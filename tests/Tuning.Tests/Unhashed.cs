using System.Collections;
using Loragate.Artifacts.Checkpoints;

namespace Loragate.Tuning;

/// <summary>The digests of a base that must not be read yet.</summary>
internal sealed class Unhashed : IReadOnlyList<TensorDigest>
{
    public int Count => throw Asked();

    public TensorDigest this[int index] => throw Asked();

    public IEnumerator<TensorDigest> GetEnumerator() => throw Asked();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    private static InvalidOperationException Asked() => new("The base's weights were asked for.");
}

using Loragate.Artifacts.Records;

namespace Loragate.Artifacts.Checkpoints;

/// <summary>A tensor by content.</summary>
/// <param name="Name">The tensor's name.</param>
/// <param name="DType">The element type.</param>
/// <param name="Shape">The dimensions.</param>
/// <param name="Sha256">SHA-256 of the tensor's bytes.</param>
public sealed record TensorDigest(string Name, string DType, IReadOnlyList<long> Shape, Digest Sha256)
{
    /// <summary>A folder's weights digest: SHA-256 over the canonical JSON of its tensors by name. No byte of the weights is hashed twice.</summary>
    public static Digest OfWeights(IEnumerable<TensorDigest> tensors) =>
        Digest.Of(RecordJson.Canonical(tensors.OrderBy(t => t.Name, StringComparer.Ordinal).ToList()));
}

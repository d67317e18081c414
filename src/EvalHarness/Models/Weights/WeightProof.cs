using Loragate.Artifacts;
using Loragate.Artifacts.Checkpoints;

namespace Loragate.EvalHarness.Models.Weights;

/// <summary>
/// Holds a checkpoint's tensors against the digests that a receipt vouches for, by the very bytes that are loaded: a file that changes
/// between an earlier check and the loading is found.
/// </summary>
internal sealed class WeightProof
{
    private readonly Dictionary<string, TensorDigest> _expected;

    /// <summary>Compares names, types and shapes; no byte is read.</summary>
    /// <exception cref="IntegrityException">The checkpoint holds other tensors.</exception>
    public WeightProof(Checkpoint checkpoint, IReadOnlyList<TensorDigest> expected)
    {
        _expected = expected.ToDictionary(t => t.Name, StringComparer.Ordinal);
        foreach (var tensor in checkpoint.Tensors.Values.OrderBy(t => t.Name, StringComparer.Ordinal))
            CheckHeader(tensor);
        if (_expected.Keys.Where(name => !checkpoint.Tensors.ContainsKey(name)).Order(StringComparer.Ordinal).FirstOrDefault() is { } absent)
            throw new IntegrityException(checkpoint.Folder, $"lacks tensor '{absent}', which the receipt names");
    }

    /// <summary>Compares the digest of a tensor's bytes.</summary>
    /// <exception cref="IntegrityException">It is another.</exception>
    public void Check(CheckpointTensor tensor, Digest found)
    {
        var expected = _expected[tensor.Name].Sha256;
        if (found != expected)
            throw Fault(tensor, $"the loaded bytes have SHA-256 {found} where the receipt says {expected}");
    }

    private void CheckHeader(CheckpointTensor tensor)
    {
        if (!_expected.TryGetValue(tensor.Name, out var expected))
            throw Fault(tensor, "the receipt names no such tensor");
        if (expected.DType != tensor.Info.DType.ToString() || !expected.Shape.SequenceEqual(tensor.Info.Shape))
            throw Fault(tensor, $"{tensor.Info.DType} {tensor.Info.ShapeText} where the receipt says {expected.DType} [{string.Join(", ", expected.Shape)}]");
    }

    private static IntegrityException Fault(CheckpointTensor tensor, string fault) => new($"{tensor.Shard.Path}, tensor '{tensor.Name}'", fault);
}

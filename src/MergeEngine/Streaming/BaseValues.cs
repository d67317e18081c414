using Loragate.Artifacts.Checkpoints;
using Loragate.Artifacts.Safetensors;
using Loragate.MergeEngine.Kernels;

namespace Loragate.MergeEngine.Streaming;

/// <summary>Finds the weights of a base that are not finite, once a merge failed on its tensor: then the base is at fault, and not the adapter.</summary>
internal static class BaseValues
{
    /// <summary>Holds a block against NaN and infinities.</summary>
    /// <param name="source">The base tensor.</param>
    /// <param name="first">The block's first element.</param>
    /// <param name="block">Its bytes.</param>
    /// <exception cref="NonFiniteException">One is not finite: file, tensor and element are named.</exception>
    public static void Expect(CheckpointTensor source, long first, ReadOnlySpan<byte> block)
    {
        var values = new double[block.Length / (source.Info.DType.Bits / 8)];
        StoredValues.Widen(source.Info.DType, block, values);
        if (Array.FindIndex(values, value => !double.IsFinite(value)) is >= 0 and var at)
            throw new NonFiniteException($"{source.Shard.Path}, tensor '{source.Name}'", $"element {first + at} of the base is {values[at]}", "Take the base from its source again.");
    }

    /// <summary>Holds a whole tensor against NaN and infinities.</summary>
    /// <exception cref="NonFiniteException">One is not finite.</exception>
    public static void Expect(CheckpointTensor source, RowStream stream, int columns, CancellationToken cancellationToken) =>
        stream.Read((first, _, block) => Expect(source, (long)first * columns, block), cancellationToken);
}

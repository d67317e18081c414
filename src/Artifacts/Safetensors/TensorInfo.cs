namespace Loragate.Artifacts.Safetensors;

/// <summary>One tensor of a safetensors header.</summary>
/// <param name="Name">The tensor's name.</param>
/// <param name="DType">The element type.</param>
/// <param name="Shape">The dimensions, outermost first; empty for a scalar.</param>
/// <param name="Start">First byte, counted from the end of the header.</param>
/// <param name="End">One past the last byte, counted from the end of the header.</param>
public sealed record TensorInfo(string Name, DType DType, IReadOnlyList<long> Shape, long Start, long End)
{
    /// <summary>Bytes of the tensor.</summary>
    public long Length => End - Start;

    /// <summary>Number of elements.</summary>
    public long Elements => Shape.Aggregate(1L, static (product, dimension) => product * dimension);

    /// <summary>The shape as text, "[out, in]".</summary>
    public string ShapeText => $"[{string.Join(", ", Shape)}]";
}

namespace Loragate.Artifacts.Safetensors;

/// <summary>A tensor that is to be written.</summary>
/// <param name="Name">The tensor's name.</param>
/// <param name="DType">The element type.</param>
/// <param name="Shape">The dimensions, outermost first.</param>
public sealed record TensorPlan(string Name, DType DType, IReadOnlyList<long> Shape)
{
    /// <summary>Bytes of the tensor.</summary>
    /// <exception cref="OverflowException">The product of the shape exceeds 63 bits.</exception>
    public long Length => Shape.Contains(0) ? 0 : checked(Shape.Aggregate(1L, static (product, dimension) => checked(product * dimension)) * DType.Bits / 8);
}

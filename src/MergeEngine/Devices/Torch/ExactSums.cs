using TorchSharp;
using static TorchSharp.torch;

namespace Loragate.MergeEngine.Devices.Torch;

/// <summary>
/// Sums by scalars that live as long as the process (docs/decisions/0007-scalars-are-held.md). Torch computes a + α·b, fused or not; with α = ±1, and where
/// x·y is exact in double, that is one rounding either way.
/// </summary>
internal static class ExactSums
{
    private static readonly Scalar One = 1.ToScalar();
    private static readonly Scalar MinusOne = (-1).ToScalar();

    /// <summary>a − b.</summary>
    public static Tensor Minus(this Tensor a, Tensor b) => a.add(b, MinusOne);

    /// <summary>a ← a + b.</summary>
    public static void Add(this Tensor a, Tensor b) => a.add_(b, One);

    /// <summary>a ← a − b.</summary>
    public static void Take(this Tensor a, Tensor b) => a.add_(b, MinusOne);

    /// <summary>a ← a + x·y, where x·y is exact.</summary>
    public static void AddExactProduct(this Tensor a, Tensor x, Tensor y) => a.addcmul_(x, y, One);
}

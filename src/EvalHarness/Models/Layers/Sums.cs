using TorchSharp;
using static TorchSharp.torch;

namespace Loragate.EvalHarness.Models.Layers;

/// <summary>
/// Sums whose scalars are held (docs/decisions/0007-scalars-are-held.md): the wrapper's own + and − make one for alpha inside, which the
/// collector may free during the call.
/// </summary>
public static class Sums
{
    private static readonly Scalar One = 1.ToScalar();
    private static readonly Scalar MinusOne = (-1).ToScalar();

    /// <summary>a + b.</summary>
    public static Tensor Plus(this Tensor a, Tensor b) => a.add(b, One);

    /// <summary>a + b; the caller holds b.</summary>
    public static Tensor Plus(this Tensor a, Scalar b) => a.add(b, One);

    /// <summary>a − b; the product with −1 is exact.</summary>
    public static Tensor Minus(this Tensor a, Tensor b) => a.add(b, MinusOne);
}

using static TorchSharp.torch;

namespace Loragate.EvalHarness.Models;

/// <summary>cos and sin of the tokens of one pass, (T, 1, d/2), made once and used by all layers.</summary>
internal sealed record RotaryAngles(Tensor Cos, Tensor Sin)
{
    /// <summary>Turns each pair (xᵢ, xᵢ₊d/₂) of every head by its token's angles: (T, heads, d) → (T, heads, d).</summary>
    public Tensor Turn(Tensor heads)
    {
        var half = heads.shape[^1] / 2;
        var first = heads.narrow(-1, 0, half);
        var second = heads.narrow(-1, half, half);
        return cat([(first * Cos).Minus(second * Sin), (second * Cos).Plus(first * Sin)], -1);
    }
}

using Loragate.EvalHarness.Models.Layers;
using static TorchSharp.torch;

namespace Loragate.EvalHarness.Models.Positions;

/// <summary>cos and sin of the tokens of one pass, (T, 1, n) for n pairs, made once and used by all layers.</summary>
internal sealed record RotaryAngles(Tensor Cos, Tensor Sin, RotaryPairs Pairs)
{
    /// <summary>Turns the pairs of every head by its token's angles; dimensions beyond 2n stay: (T, heads, d) → (T, heads, d).</summary>
    public Tensor Turn(Tensor heads)
    {
        var (turned, size) = (2 * Cos.shape[^1], heads.shape[^1]);
        return turned == size
            ? TurnAll(heads)
            : cat([TurnAll(heads.narrow(-1, 0, turned)), heads.narrow(-1, turned, size - turned)], -1);
    }

    private Tensor TurnAll(Tensor heads)
    {
        var half = heads.shape[^1] / 2;
        if (Pairs == RotaryPairs.Halves)
        {
            var (x, y) = Turn(heads.narrow(-1, 0, half), heads.narrow(-1, half, half));
            return cat([x, y], -1);
        }
        var pairs = heads.reshape([.. heads.shape[..^1], half, 2]);
        var (even, odd) = Turn(pairs.select(-1, 0), pairs.select(-1, 1));
        return stack([even, odd], -1).view(heads.shape);
    }

    private (Tensor X, Tensor Y) Turn(Tensor x, Tensor y) => ((x * Cos).Minus(y * Sin), (y * Cos).Plus(x * Sin));
}

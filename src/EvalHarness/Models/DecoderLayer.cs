using static TorchSharp.torch;

namespace Loragate.EvalHarness.Models;

/// <summary>x + attention(norm(x)), then x + mlp(norm(x)).</summary>
internal sealed class DecoderLayer(RmsNorm attentionNorm, Attention attention, RmsNorm mlpNorm, GatedMlp mlp)
{
    /// <summary>(T, hidden) → (T, hidden); what it makes on the way is freed.</summary>
    public Tensor Of(Tensor x, RotaryAngles angles, AttentionPlan plan, int layer)
    {
        using var scope = NewDisposeScope();
        var attended = x.Plus(Freed(() => attention.Of(attentionNorm.Of(x), angles, plan, layer)));
        return attended.Plus(Freed(() => mlp.Of(mlpNorm.Of(attended)))).MoveToOuterDisposeScope();
    }

    private static Tensor Freed(Func<Tensor> make)
    {
        using var scope = NewDisposeScope();
        return make().MoveToOuterDisposeScope();
    }
}

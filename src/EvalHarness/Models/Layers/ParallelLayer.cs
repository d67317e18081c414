using static TorchSharp.torch;

namespace Loragate.EvalHarness.Models.Layers;

/// <summary>x ← x + attention(norm₁(x)) + mlp(norm₂(x)); with one norm, norm₂ is norm₁ (GPT-J's layer).</summary>
internal sealed class ParallelLayer : DecoderLayer
{
    public required Norm AttentionNorm { get; init; }

    /// <summary>norm₂; null where it is norm₁.</summary>
    public Norm? MlpNorm { get; init; }

    public override Tensor Of(Tensor x, ForwardPass pass)
    {
        using var scope = NewDisposeScope();
        var normed = AttentionNorm.Of(x);
        var attended = x.Plus(Freed(() => Attention.Of(normed, pass)));
        return attended.Plus(Freed(() => Mlp.Of(MlpNorm?.Of(x) ?? normed))).MoveToOuterDisposeScope();
    }
}

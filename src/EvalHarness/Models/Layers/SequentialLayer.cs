using TorchSharp;
using static TorchSharp.torch;

namespace Loragate.EvalHarness.Models.Layers;

/// <summary>x ← x + m·after₁(attention(before₁(x))), then x ← x + m·after₂(mlp(before₂(x))); a norm that is absent changes nothing.</summary>
internal sealed class SequentialLayer : DecoderLayer
{
    // Held: see docs/decisions/0007-scalars-are-held.md.
    private readonly Scalar? _multiplier;

    public Norm? BeforeAttention { get; init; }

    public Norm? AfterAttention { get; init; }

    public Norm? BeforeMlp { get; init; }

    public Norm? AfterMlp { get; init; }

    /// <summary>m; null for 1.</summary>
    public double? Multiplier
    {
        init => _multiplier = value?.ToScalar();
    }

    public override Tensor Of(Tensor x, ForwardPass pass)
    {
        using var scope = NewDisposeScope();
        var attended = x.Plus(Freed(() => Branch(BeforeAttention, y => Attention.Of(y, pass), AfterAttention, x)));
        return attended.Plus(Freed(() => Branch(BeforeMlp, Mlp.Of, AfterMlp, attended))).MoveToOuterDisposeScope();
    }

    private Tensor Branch(Norm? before, Func<Tensor, Tensor> of, Norm? after, Tensor x)
    {
        var result = of(before?.Of(x) ?? x);
        result = after?.Of(result) ?? result;
        return _multiplier is null ? result : result * _multiplier;
    }
}

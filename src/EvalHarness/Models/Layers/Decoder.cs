using Loragate.EvalHarness.Models.Configs;
using Loragate.EvalHarness.Models.Positions;
using static TorchSharp.torch;

namespace Loragate.EvalHarness.Models.Layers;

/// <summary>A decoder-only transformer: embedding, layers, norm, head. What a model family describes.</summary>
internal sealed class Decoder : IDisposable
{
    public required DecoderSize Size { get; init; }

    public required TokenEmbedding Embedding { get; init; }

    /// <summary>Positions that are added to the embedding; null where the layers know positions themselves.</summary>
    public LearnedPositions? Positions { get; init; }

    public required IReadOnlyList<DecoderLayer> Layers { get; init; }

    public required Norm Norm { get; init; }

    public required LogitHead Head { get; init; }

    /// <summary>The heads of every layer.</summary>
    public AttentionShape AttentionShape => Layers[0].Attention.Kernel.Shape;

    /// <summary>The windows that layers see through, each once.</summary>
    public IReadOnlyList<int> Windows => [.. Layers.Select(l => l.Attention.Kernel.Window).OfType<int>().Distinct()];

    /// <summary>Whether a sequence of this length has other positions than a shorter one (LongRoPE).</summary>
    public bool IsLong(int length) => Rotaries.Any(r => r.IsLong(length));

    private IEnumerable<RotaryEmbedding> Rotaries => Layers.Select(l => l.Attention.Rotary).OfType<RotaryEmbedding>().Distinct();

    /// <summary>The last hidden states, normed.</summary>
    /// <param name="tokens">(T) token ids on a flat axis.</param>
    /// <param name="positions">(T) each token's position in its sequence.</param>
    /// <param name="isLong">Whether the pass's sequences are long ones.</param>
    /// <param name="plan">Which token sees which.</param>
    /// <param name="cancellation">Stops between layers.</param>
    /// <returns>(T, hidden).</returns>
    public Tensor Hidden(Tensor tokens, Tensor positions, bool isLong, AttentionPlan plan, CancellationToken cancellation)
    {
        using var scope = NewDisposeScope();
        var pass = Begin(positions, isLong, plan);
        var x = Embedded(tokens, positions);
        foreach (var layer in Layers)
        {
            cancellation.ThrowIfCancellationRequested();
            using var previous = x;
            x = layer.Of(previous, pass);
        }
        return Norm.Of(x).MoveToOuterDisposeScope();
    }

    /// <summary>What the layers of one pass share; it belongs to the caller's dispose scope.</summary>
    public ForwardPass Begin(Tensor positions, bool isLong, AttentionPlan plan) => new(plan, Rotaries.ToDictionary(r => r, r => r.Angles(positions, isLong)));

    /// <summary>What goes into the first layer: (T, hidden).</summary>
    public Tensor Embedded(Tensor tokens, Tensor positions) =>
        Positions is null ? Embedding.Of(tokens) : Embedding.Of(tokens).Plus(Positions.Of(positions));

    public void Dispose()
    {
        foreach (var rotary in Rotaries)
            rotary.Dispose();
    }
}

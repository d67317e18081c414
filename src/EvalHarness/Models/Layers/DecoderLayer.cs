using static TorchSharp.torch;

namespace Loragate.EvalHarness.Models.Layers;

/// <summary>Attention and an MLP, added to what comes in: (T, hidden) → (T, hidden).</summary>
internal abstract class DecoderLayer
{
    public required Attention Attention { get; init; }

    public required Mlp Mlp { get; init; }

    /// <summary>What the layer makes on the way is freed.</summary>
    public abstract Tensor Of(Tensor x, ForwardPass pass);

    /// <summary>Frees what a branch makes on the way.</summary>
    protected static Tensor Freed(Func<Tensor> make)
    {
        using var scope = NewDisposeScope();
        return make().MoveToOuterDisposeScope();
    }
}

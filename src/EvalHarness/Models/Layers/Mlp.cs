using static TorchSharp.torch;

namespace Loragate.EvalHarness.Models.Layers;

/// <summary>The part of a layer that sees each token by itself: (T, hidden) → (T, hidden).</summary>
internal abstract class Mlp
{
    public abstract Tensor Of(Tensor x);
}

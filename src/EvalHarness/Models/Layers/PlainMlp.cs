using static TorchSharp.torch;

namespace Loragate.EvalHarness.Models.Layers;

/// <summary>y = down(act(up(x))).</summary>
internal sealed class PlainMlp(Projection up, Projection down, Activation activation) : Mlp
{
    public override Tensor Of(Tensor x) => down.Of(activation.Of(up.Of(x)));
}

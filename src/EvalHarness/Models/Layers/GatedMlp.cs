using static TorchSharp.torch;

namespace Loragate.EvalHarness.Models.Layers;

/// <summary>y = down(act(gate(x)) · up(x)) (Shazeer, arXiv 2002.05202); gate and up are one matrix, gate's rows first.</summary>
internal sealed class GatedMlp(Projection gateAndUp, Projection down, Activation activation) : Mlp
{
    public override Tensor Of(Tensor x)
    {
        var both = gateAndUp.Of(x);
        var size = both.shape[^1] / 2;
        return down.Of(activation.Of(both.narrow(-1, 0, size)) * both.narrow(-1, size, size));
    }
}

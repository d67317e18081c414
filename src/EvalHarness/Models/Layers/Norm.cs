using static TorchSharp.torch;

namespace Loragate.EvalHarness.Models.Layers;

/// <summary>A normalisation of rows: the same shape and type out as in, the statistics in float32.</summary>
internal abstract class Norm
{
    public abstract Tensor Of(Tensor x);
}

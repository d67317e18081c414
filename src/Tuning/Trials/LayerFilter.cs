using Loragate.EvalHarness.Models.Adapters;
using Loragate.Tuning.Methods;
using static TorchSharp.torch;

namespace Loragate.Tuning.Trials;

/// <summary>An attachment without its changes of one layer.</summary>
/// <param name="inner">The attachment, which this one disposes.</param>
/// <param name="layer">The layer, from 0.</param>
internal sealed class LayerFilter(Attachment inner, int layer) : Attachment
{
    public override LinearChange? OfLinear(string path, Tensor weight) => ModulePath.LayerOf(path) == layer ? null : inner.OfLinear(path, weight);

    /// <summary>What was left out is unused, as it should be.</summary>
    public override void RefuseUnused()
    {
    }

    protected override void Dispose(bool disposing) => inner.Dispose();
}

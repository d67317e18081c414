using Loragate.EvalHarness.Models.Adapters;
using static TorchSharp.torch;

namespace Loragate.Tuning.Trials;

/// <summary>Changes nothing live and goes by every linear module's weight.</summary>
/// <param name="visit">Sees (path, W as a view into the model's own).</param>
internal sealed class WeightVisitor(Action<string, Tensor> visit) : Attachment
{
    public override LinearChange? OfLinear(string path, Tensor weight)
    {
        visit(path, weight);
        return null;
    }

    public override void RefuseUnused()
    {
    }

    protected override void Dispose(bool disposing)
    {
    }
}

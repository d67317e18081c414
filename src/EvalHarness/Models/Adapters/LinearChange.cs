using static TorchSharp.torch;

namespace Loragate.EvalHarness.Models.Adapters;

/// <summary>What becomes of one linear module's output.</summary>
public abstract class LinearChange
{
    /// <summary>Changes the module's output in place.</summary>
    /// <param name="x">The module's input, (T, in).</param>
    /// <param name="rows">Its output x Wᵀ before a bias is added, (T, out): a view into the output of the matrix that it is part of.</param>
    public abstract void Apply(Tensor x, Tensor rows);
}

using Loragate.Artifacts.Safetensors;
using Loragate.MergeEngine.Kernels;
using Loragate.MergeEngine.Layouts;

namespace Loragate.MergeEngine.Deltas;

/// <summary>
/// What an adapter does to one tensor of a base, known from headers and config; each kind is one file with its formula. A kind knows PEFT's
/// keys and shapes and no files: factors are read through a <see cref="FactorReader"/> when the tensor is worked on.
/// </summary>
/// <param name="Module">The adapter's module.</param>
/// <param name="Target">The tensor that changes, as the base has it; for the head of a tied embedding the embedding under the head's name.</param>
/// <param name="Consumes">The adapter's tensors that it is made of.</param>
public abstract record Delta(string Module, TensorPlan Target, IReadOnlyList<TensorInfo> Consumes)
{
    /// <summary>The kind's name in receipts.</summary>
    public abstract string Kind { get; }

    /// <summary>r; 0 where the kind has none.</summary>
    public virtual int Rank => 0;

    /// <summary>s; 0 where the kind has none.</summary>
    public virtual double Scale => 0;

    /// <summary>Whether it must be the only change of its tensor, at weight 1.</summary>
    public virtual bool IsExclusive => false;

    /// <summary>The matrix that the change works on.</summary>
    internal virtual MatrixView View => MatrixView.OfFirst(Target.Shape);

    /// <summary>δ times an adapter's weight, or null where the kind adds nothing.</summary>
    internal virtual UpdateSource? ReadUpdate(FactorReader reader, double weight) => null;

    /// <summary>f, or null where the kind scales nothing.</summary>
    internal virtual Scaling? ReadScaling(FactorReader reader) => null;
}

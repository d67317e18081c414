using static TorchSharp.torch;

namespace Loragate.EvalHarness.Models.Weights;

/// <summary>Where a model's tensors come from while it is put together: the files, or a model that was put together before.</summary>
internal abstract class WeightSource(ScalarType type, Device device)
{
    /// <summary>The type that the weights are kept in.</summary>
    public ScalarType Type { get; } = type;

    /// <summary>Where they are kept.</summary>
    public Device Device { get; } = device;

    /// <summary>Whether the checkpoint has the tensor.</summary>
    public abstract bool Has(string name);

    /// <summary>Tensors of equal rows, one below the other, as one.</summary>
    /// <param name="parts">Name and number of rows of each.</param>
    /// <param name="row">Shape of one row.</param>
    /// <exception cref="ModelException">One is missing, was taken before, or has another shape or an unsuitable type.</exception>
    /// <exception cref="Artifacts.IntegrityException">Its bytes are not the expected ones.</exception>
    public abstract Tensor Take(IReadOnlyList<(string Name, long Rows)> parts, params ReadOnlySpan<long> row);

    /// <summary>Accepts a second copy of a tensor that was taken, where it has the same bytes.</summary>
    /// <exception cref="ModelException">The copies differ.</exception>
    public abstract void AcceptCopy(string copy, string original);

    /// <summary>Accepts tensors that hold nothing the config does not say.</summary>
    public abstract void AcceptInert(Func<string, bool> isInert);
}

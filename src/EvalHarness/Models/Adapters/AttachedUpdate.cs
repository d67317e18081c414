using Loragate.EvalHarness.Models.Layers;
using TorchSharp;
using static TorchSharp.torch;

namespace Loragate.EvalHarness.Models.Adapters;

/// <summary>
/// The update of one linear module, live: y ← f ⊙ (y + s·(x Aᵀ Bᵀ + b)) on the rows of y that are the module's. f = m / ‖W + s·B·A‖ by row
/// for DoRA (Liu et al., arXiv 2402.09353), otherwise 1. Factors and products are float32, as PEFT keeps them; y keeps its type.
/// </summary>
internal sealed class AttachedUpdate
{
    private static readonly Scalar One = 1.ToScalar();

    private readonly Scalar _scale;

    public AttachedUpdate(double scale) => _scale = scale.ToScalar();

    /// <summary>The first of the module's rows in y.</summary>
    public required long FirstRow { get; init; }

    /// <summary>A, (r, in).</summary>
    public required Tensor A { get; init; }

    /// <summary>B, (out, r).</summary>
    public required Tensor B { get; init; }

    /// <summary>b, (out); null where B has none.</summary>
    public Tensor? Bias { get; init; }

    /// <summary>f, (out); null for 1.</summary>
    public Tensor? RowFactor { get; init; }

    /// <summary>Changes the module's rows of y (T, rows) in place.</summary>
    public void Apply(Tensor x, Tensor y)
    {
        using var scope = NewDisposeScope();
        var rows = y.narrow(-1, FirstRow, B.shape[0]);
        var update = nn.functional.linear(nn.functional.linear(x.to_type(ScalarType.Float32), A), B, Bias) * _scale;
        rows.add_(update.to_type(y.dtype), One);
        if (RowFactor is not null)
            rows.mul_(RowFactor);
    }
}

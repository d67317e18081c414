using Loragate.EvalHarness.Models.Layers;
using TorchSharp;
using static TorchSharp.torch;

namespace Loragate.EvalHarness.Models.Adapters;

/// <summary>
/// The update of one linear module, live: y ← f ⊙ (y + s·(x Aᵀ Bᵀ + b)). f = m / ‖W + s·B·A‖ by row
/// for DoRA (Liu et al., arXiv 2402.09353), otherwise 1. Factors and products are float32, as PEFT keeps them; y keeps its type.
/// </summary>
internal sealed class AttachedUpdate : LinearChange
{
    private static readonly Scalar One = 1.ToScalar();

    private readonly Scalar _scale;

    public AttachedUpdate(double scale) => _scale = scale.ToScalar();

    /// <summary>A, (r, in).</summary>
    public required Tensor A { get; init; }

    /// <summary>B, (out, r).</summary>
    public required Tensor B { get; init; }

    /// <summary>b, (out); null where B has none.</summary>
    public Tensor? Bias { get; init; }

    /// <summary>f, (out); null for 1.</summary>
    public Tensor? RowFactor { get; init; }

    /// <summary>The module's weight with the update in it, f ⊙ (W + s·B·A), in float32.</summary>
    /// <param name="weight">W, (out, in).</param>
    public Tensor MergedInto(Tensor weight)
    {
        using var scope = NewDisposeScope();
        var updated = weight.to_type(A.dtype).Plus(B.matmul(A) * _scale);
        return (RowFactor is null ? updated : updated * RowFactor.unsqueeze(1)).MoveToOuterDisposeScope();
    }

    /// <inheritdoc/>
    public override void Apply(Tensor x, Tensor rows)
    {
        using var scope = NewDisposeScope();
        var update = nn.functional.linear(nn.functional.linear(x.to_type(A.dtype), A), B, Bias) * _scale;
        rows.add_(update.to_type(rows.dtype), One);
        if (RowFactor is not null)
            rows.mul_(RowFactor);
    }
}

using Loragate.Artifacts.Adapters;
using Loragate.Artifacts.Safetensors;
using Loragate.MergeEngine.Kernels;
using Loragate.MergeEngine.Layouts;

namespace Loragate.MergeEngine.Deltas;

/// <summary>
/// W' = W + (λ_b ⊙ B)·(λ_d ⊙ A), B and A the first rows and columns of projections that all modules share (VeRA, Kopiczko et al. 2024, eq. 2;
/// PEFT vera/layer.py, get_delta_weight). Only where the file holds the projections (save_projection): otherwise they follow from
/// torch's random numbers, which are another library's and device's own.
/// </summary>
/// <param name="Module">The adapter's module.</param>
/// <param name="Target">The weight.</param>
/// <param name="LambdaB">λ_b, (out).</param>
/// <param name="LambdaD">λ_d, (r).</param>
/// <param name="SharedA">A, (r, widest in).</param>
/// <param name="SharedB">B, (widest out, r).</param>
/// <param name="IsConv1D">Whether the weight is stored (in, out).</param>
public sealed record VeraDelta(string Module, TensorPlan Target, TensorInfo LambdaB, TensorInfo LambdaD, TensorInfo SharedA, TensorInfo SharedB, bool IsConv1D)
    : Delta(Module, Target, [LambdaB, LambdaD, SharedA, SharedB])
{
    /// <inheritdoc/>
    public override string Kind => "vera";

    /// <inheritdoc/>
    public override int Rank => (int)LambdaD.Elements;

    /// <inheritdoc/>
    public override double Scale => 1;

    /// <inheritdoc/>
    internal override UpdateSource ReadUpdate(FactorReader reader, double weight)
    {
        var (outputs, inputs) = ((int)LambdaB.Elements, IsConv1D ? View.Rows : View.Columns);
        var (b, d) = (reader.Read(LambdaB), reader.Read(LambdaD));
        var left = new double[outputs * Rank];
        reader.Read(SharedB, 0, left);
        for (var i = 0; i < left.Length; i++)
            left[i] *= b[i / Rank];
        var right = new double[Rank * inputs];
        for (var k = 0; k < Rank; k++)
        {
            var row = right.AsSpan(k * inputs, inputs);
            reader.Read(SharedA, k * SharedA.Shape[1], row);
            for (var i = 0; i < inputs; i++)
                row[i] *= d[k];
        }
        var factors = LowRankFactors.Of(left, right, Rank, weight, exact: false);
        return new LowRankUpdate(IsConv1D ? factors.Transpose() : factors);
    }

    /// <summary>Covers a module's vera_lambda_b and vera_lambda_d, and the shared projections.</summary>
    internal static void Cover(AdapterModule module, AdapterModule? shared, CoverageBuilder cover)
    {
        if (shared?[AdapterPart.SharedA] is not { } a || shared[AdapterPart.SharedB] is not { } b)
        {
            cover.Block("projection-missing", module.Path, "the shared projections are not in the file; they follow from torch's random numbers", "Save the adapter with save_projection=True.");
            return;
        }
        if (module[AdapterPart.LambdaB] is not { } lambdaB || module[AdapterPart.LambdaD] is not { } lambdaD)
        {
            cover.Block("missing-factor", module.Path, "λ_b or λ_d is missing", "Save the adapter again.");
            return;
        }
        var rank = cover.Config.RankOf(module.Path);
        if (a.Shape.Count != 2 || b.Shape.Count != 2 || a.Shape[0] != rank || b.Shape[1] != rank || lambdaD.Shape.Count != 1 || lambdaD.Shape[0] != rank || lambdaB.Shape.Count != 1)
        {
            cover.Block("rank-mismatch", module.Path, $"the config says rank {rank}, A is {a.ShapeText}, B is {b.ShapeText}, λ_d is {lambdaD.ShapeText}", "Restore the config that belongs to these weights.");
            return;
        }
        if (cover.Find(module.Path, "weight") is not { } target)
            return;
        var isConv1D = cover.Base!.IsConv1D(module.Path);
        var (outputs, inputs) = target.Shape.Count != 2 ? (-1, -1) : isConv1D ? (target.Shape[1], target.Shape[0]) : (target.Shape[0], target.Shape[1]);
        if (outputs != lambdaB.Shape[0] || inputs > a.Shape[1] || outputs > b.Shape[0])
            cover.Block("shape-mismatch", module.Path, $"λ_b is {lambdaB.ShapeText}, A is {a.ShapeText}, B is {b.ShapeText}, the base tensor is [{string.Join(", ", target.Shape)}]", "Merge into the base that the adapter was trained on.");
        else
            cover.Add(new VeraDelta(module.Path, target, lambdaB, lambdaD, a, b, isConv1D));
    }
}

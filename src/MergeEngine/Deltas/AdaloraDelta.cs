using Loragate.Artifacts.Adapters;
using Loragate.Artifacts.Safetensors;
using Loragate.MergeEngine.Kernels;
using Loragate.MergeEngine.Layouts;

namespace Loragate.MergeEngine.Deltas;

/// <summary>
/// W' = W + s·B·(E ⊙ A), s = α / (r₀ + 10⁻⁵), r₀ the initial rank whatever is left of it (AdaLoRA, Zhang et al. 2023, eq. 3;
/// PEFT adalora/layer.py, get_delta_weight). E ⊙ A is exact in double, its products with B are rounded before they are added.
/// </summary>
/// <param name="Module">The adapter's module.</param>
/// <param name="Target">The weight.</param>
/// <param name="A">A, (r, in).</param>
/// <param name="B">B, (out, r).</param>
/// <param name="E">E, (r, 1).</param>
/// <param name="S">s.</param>
/// <param name="IsConv1D">Whether the weight is stored (in, out).</param>
public sealed record AdaloraDelta(string Module, TensorPlan Target, TensorInfo A, TensorInfo B, TensorInfo E, double S, bool IsConv1D)
    : Delta(Module, Target, [A, B, E])
{
    private const double Epsilon = 1e-5;

    /// <inheritdoc/>
    public override string Kind => "adalora";

    /// <inheritdoc/>
    public override int Rank => (int)A.Shape[0];

    /// <inheritdoc/>
    public override double Scale => S;

    /// <inheritdoc/>
    public override bool IsExclusive => true;

    /// <inheritdoc/>
    internal override UpdateSource? ReadUpdate(FactorReader reader, double weight)
    {
        if (Rank == 0)
            return null;
        var (right, e) = (reader.Read(A), reader.Read(E));
        for (var i = 0; i < right.Length; i++)
            right[i] *= e[i / (right.Length / Rank)];
        var factors = LowRankFactors.Of(reader.Read(B), right, Rank, weight * S, exact: false);
        return new LowRankUpdate(IsConv1D ? factors.Transpose() : factors);
    }

    /// <summary>Covers a module's lora_A, lora_B and lora_E.</summary>
    internal static void Cover(AdapterModule module, CoverageBuilder cover)
    {
        if (module[AdapterPart.AdaA] is not { } a || module[AdapterPart.AdaB] is not { } b || module[AdapterPart.AdaE] is not { } e)
        {
            cover.Block("missing-factor", module.Path, "A, B or E is missing", "Save the adapter again.");
            return;
        }
        if (a.Shape.Count != 2 || b.Shape.Count != 2 || b.Shape[1] != a.Shape[0] || e.Elements != a.Shape[0] || a.Shape[0] > cover.Config.InitialRank)
        {
            cover.Block("rank-mismatch", module.Path, $"the config says rank {cover.Config.InitialRank} at most, A is {a.ShapeText}, B is {b.ShapeText}, E is {e.ShapeText}", "Restore the config that belongs to these weights.");
            return;
        }
        if (cover.Find(module.Path, "weight") is not { } target)
            return;
        var isConv1D = cover.Base!.IsConv1D(module.Path);
        var view = MatrixView.OfFirst(target.Shape);
        if (isConv1D ? (view.Rows, view.Columns) != (a.Shape[1], b.Shape[0]) : (view.Rows, view.Columns) != (b.Shape[0], a.Shape[1]))
            cover.Block("shape-mismatch", module.Path, $"B·A is [{b.Shape[0]}, {a.Shape[1]}], the base tensor is [{string.Join(", ", target.Shape)}]", "Merge into the base that the adapter was trained on.");
        else
            cover.Add(new AdaloraDelta(module.Path, target, a, b, e, ScaleOf(cover.Config), isConv1D));
    }

    /// <summary>One scale for every module: PEFT reads no alpha_pattern here (adalora/model.py, _create_and_replace).</summary>
    private static double ScaleOf(AdapterConfig config) => (config.Alpha is > 0 and var alpha ? alpha : config.InitialRank) / (config.InitialRank + Epsilon);
}

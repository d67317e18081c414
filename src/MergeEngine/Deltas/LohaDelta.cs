using Loragate.Artifacts.Adapters;
using Loragate.Artifacts.Safetensors;
using Loragate.MergeEngine.Kernels;
using Loragate.MergeEngine.Layouts;

namespace Loragate.MergeEngine.Deltas;

/// <summary>
/// W' = W + s·((w₁ₐ·w₁ᵦ) ⊙ (w₂ₐ·w₂ᵦ)), s = α/r (FedPara, Hyeon-Woo et al. 2022, prop. 2; PEFT loha/layer.py, get_delta_weight).
/// A convolution may carry cores t: then w₁[o,i,k] = Σₚ w₁ₐ[p,o]·Σⱼ t₁[p,j,k]·w₁ᵦ[j,i] (ibid., prop. 3).
/// </summary>
/// <param name="Module">The adapter's module.</param>
/// <param name="Target">The weight, (out, in, k…).</param>
/// <param name="First">w₁ₐ, w₁ᵦ and the core or null.</param>
/// <param name="Second">w₂ₐ, w₂ᵦ and the core or null.</param>
/// <param name="R">r.</param>
/// <param name="S">s.</param>
public sealed record LohaDelta(
    string Module, TensorPlan Target, (TensorInfo A, TensorInfo B, TensorInfo? Core) First, (TensorInfo A, TensorInfo B, TensorInfo? Core) Second, int R, double S)
    : Delta(Module, Target, Tensors(First, Second))
{
    /// <inheritdoc/>
    public override string Kind => "loha";

    /// <inheritdoc/>
    public override int Rank => R;

    /// <inheritdoc/>
    public override double Scale => S;

    /// <inheritdoc/>
    internal override UpdateSource ReadUpdate(FactorReader reader, double weight) => new HadamardUpdate(Read(reader, First), Read(reader, Second), weight * S);

    /// <summary>Covers a module's hada_w1_a, hada_w1_b, hada_w2_a, hada_w2_b, hada_t1 and hada_t2.</summary>
    internal static void Cover(AdapterModule module, CoverageBuilder cover)
    {
        if (module[AdapterPart.Hadamard1A] is not { } a1 || module[AdapterPart.Hadamard1B] is not { } b1 || module[AdapterPart.Hadamard2A] is not { } a2
            || module[AdapterPart.Hadamard2B] is not { } b2 || module[AdapterPart.Hadamard1Core] is null != module[AdapterPart.Hadamard2Core] is null)
        {
            cover.Block("missing-factor", module.Path, "one of w1a, w1b, w2a, w2b or the cores is missing", "Save the adapter again.");
            return;
        }
        var (first, second) = ((a1, b1, module[AdapterPart.Hadamard1Core]), (a2, b2, module[AdapterPart.Hadamard2Core]));
        var rank = cover.Config.RankOf(module.Path);
        if (!Fits(first, rank) || !Fits(second, rank))
        {
            cover.Block("rank-mismatch", module.Path, $"the config says rank {rank}, the factors are {a1.ShapeText}, {b1.ShapeText}, {a2.ShapeText}, {b2.ShapeText}", "Restore the config that belongs to these weights.");
            return;
        }
        if (cover.Find(module.Path, "weight") is not { } target)
            return;
        var view = MatrixView.OfFirst(target.Shape);
        if (Size(first, rank) != (view.Rows, view.Columns) || Size(second, rank) != (view.Rows, view.Columns) || cover.Base!.IsConv1D(module.Path))
            cover.Block("shape-mismatch", module.Path, $"the products are [{Size(first, rank).Rows}, {Size(first, rank).Columns}], the base tensor is [{string.Join(", ", target.Shape)}]", "Merge into the base that the adapter was trained on.");
        else
            cover.Add(new LohaDelta(module.Path, target, first, second, rank, cover.Config.ScaleOf(module.Path)));
    }

    private LowRankFactors Read(FactorReader reader, (TensorInfo A, TensorInfo B, TensorInfo? Core) factors)
    {
        var (a, b) = (reader.Read(factors.A), reader.Read(factors.B));
        return factors.Core is { } core
            ? LowRankFactors.Of(TensorCore.Transpose(a, R), TensorCore.Expand(reader.Read(core), R, b), R, 1, exact: false)
            : LowRankFactors.Of(a, b, R, 1);
    }

    private static bool Fits((TensorInfo A, TensorInfo B, TensorInfo? Core) factors, int rank) =>
        factors.A.Shape.Count == 2 && factors.B.Shape.Count == 2 && factors.B.Shape[0] == rank && factors.A.Shape[factors.Core is null ? 1 : 0] == rank
        && (factors.Core is not { } core || (core.Shape.Count > 2 && core.Shape[0] == rank && core.Shape[1] == rank));

    private static (long Rows, long Columns) Size((TensorInfo A, TensorInfo B, TensorInfo? Core) factors, int rank) => factors.Core is { } core
        ? (factors.A.Shape[1], factors.B.Shape[1] * (core.Elements / rank / rank))
        : (factors.A.Shape[0], factors.B.Shape[1]);

    private static List<TensorInfo> Tensors((TensorInfo A, TensorInfo B, TensorInfo? Core) first, (TensorInfo A, TensorInfo B, TensorInfo? Core) second)
    {
        List<TensorInfo?> all = [first.A, first.B, first.Core, second.A, second.B, second.Core];
        return [.. all.OfType<TensorInfo>()];
    }
}

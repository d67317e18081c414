using Loragate.Artifacts.Adapters;
using Loragate.Artifacts.Safetensors;
using Loragate.MergeEngine.Kernels;
using Loragate.MergeEngine.Layouts;

namespace Loragate.MergeEngine.Deltas;

/// <summary>
/// W' = W + s·(w₁ ⊗ w₂), s = α/r (LoKr, Yeh et al. 2024, §4; PEFT lokr/layer.py, get_delta_weight). Either factor may be a product a·b
/// of rank r, and w₂ of a convolution may have a core: w₂[p,q,k] = Σᵢ a[i,p]·Σⱼ t[i,j,k]·b[j,q]. PEFT keeps α/r where both are whole.
/// </summary>
/// <param name="Module">The adapter's module.</param>
/// <param name="Target">The weight, (out, in, k…).</param>
/// <param name="First">w₁: whole, or a and b.</param>
/// <param name="Second">w₂: whole, or a and b.</param>
/// <param name="Core">t, or null.</param>
/// <param name="R">r.</param>
/// <param name="S">s.</param>
public sealed record LokrDelta(string Module, TensorPlan Target, IReadOnlyList<TensorInfo> First, IReadOnlyList<TensorInfo> Second, TensorInfo? Core, int R, double S)
    : Delta(Module, Target, [.. First, .. Second, .. Core is null ? (IEnumerable<TensorInfo>)[] : [Core]])
{
    /// <inheritdoc/>
    public override string Kind => "lokr";

    /// <inheritdoc/>
    public override int Rank => R;

    /// <inheritdoc/>
    public override double Scale => S;

    /// <inheritdoc/>
    internal override UpdateSource ReadUpdate(FactorReader reader, double weight)
    {
        var first = First.Count == 1 ? reader.Read(First[0]) : Product(reader.Read(First[0]), reader.Read(First[1]), exact: true);
        var second = Second.Count == 1 ? reader.Read(Second[0])
            : Core is null ? Product(reader.Read(Second[0]), reader.Read(Second[1]), exact: true)
            : Product(TensorCore.Transpose(reader.Read(Second[0]), R), TensorCore.Expand(reader.Read(Core), R, reader.Read(Second[1])), exact: false);
        return new KroneckerUpdate(first, (int)Size(First, null).Columns, second, (int)Size(Second, Core).Rows, weight * S);
    }

    /// <summary>Covers a module's lokr_w1, lokr_w1_a, lokr_w1_b, lokr_w2, lokr_w2_a, lokr_w2_b and lokr_t2.</summary>
    internal static void Cover(AdapterModule module, CoverageBuilder cover)
    {
        var core = module[AdapterPart.Kronecker2Core];
        if (Factor(module, AdapterPart.Kronecker1, AdapterPart.Kronecker1A, AdapterPart.Kronecker1B) is not { } first
            || Factor(module, AdapterPart.Kronecker2, AdapterPart.Kronecker2A, AdapterPart.Kronecker2B) is not { } second
            || (core is not null && second.Count != 2))
        {
            cover.Block("missing-factor", module.Path, "w1 and w2 must each be whole or a pair of factors", "Save the adapter again.");
            return;
        }
        var rank = cover.Config.RankOf(module.Path);
        if (!Fits(first, null, rank) || !Fits(second, core, rank))
        {
            cover.Block("rank-mismatch", module.Path, $"the config says rank {rank}, the factors are {string.Join(", ", first.Concat(second).Select(t => t.ShapeText))}", "Restore the config that belongs to these weights.");
            return;
        }
        if (cover.Find(module.Path, "weight") is not { } target)
            return;
        var (view, w1, w2) = (MatrixView.OfFirst(target.Shape), Size(first, null), Size(second, core));
        if (w1.Rows * w2.Rows != view.Rows || w1.Columns * w2.Columns != view.Columns || cover.Base!.IsConv1D(module.Path))
            cover.Block("shape-mismatch", module.Path, $"w1 ⊗ w2 is [{w1.Rows * w2.Rows}, {w1.Columns * w2.Columns}], the base tensor is [{string.Join(", ", target.Shape)}]", "Merge into the base that the adapter was trained on.");
        else
            cover.Add(new LokrDelta(module.Path, target, first, second, core, rank, cover.Config.ScaleOf(module.Path)));
    }

    private static List<TensorInfo>? Factor(AdapterModule module, AdapterPart whole, AdapterPart a, AdapterPart b) => (module[whole], module[a], module[b]) switch
    {
        ({ } one, null, null) => [one],
        (null, { } left, { } right) => [left, right],
        _ => null,
    };

    private static bool Fits(IReadOnlyList<TensorInfo> factor, TensorInfo? core, int rank) => factor switch
    {
        [var whole] => whole.Shape.Count >= 2 && core is null,
        [var a, var b] => a.Shape.Count == 2 && b.Shape.Count == 2 && b.Shape[0] == rank && a.Shape[core is null ? 1 : 0] == rank
            && (core is null || (core.Shape.Count > 2 && core.Shape[0] == rank && core.Shape[1] == rank)),
        _ => false,
    };

    private static (long Rows, long Columns) Size(IReadOnlyList<TensorInfo> factor, TensorInfo? core) => factor switch
    {
        [var whole] => (whole.Shape[0], whole.Elements / whole.Shape[0]),
        [var a, var b] when core is not null => (a.Shape[1], b.Shape[1] * (core.Elements / core.Shape[0] / core.Shape[1])),
        [var a, var b] => (a.Shape[0], b.Shape[1]),
        _ => (0, 0),
    };

    private double[] Product(double[] left, double[] right, bool exact)
    {
        var factors = LowRankFactors.Of(left, right, R, 1, exact);
        var rows = left.Length / R;
        var product = new double[rows * factors.Columns];
        RowAccumulator.Fill(factors, 0, rows, product);
        return product;
    }
}

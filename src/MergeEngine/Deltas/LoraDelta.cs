using Loragate.Artifacts.Adapters;
using Loragate.Artifacts.Safetensors;
using Loragate.MergeEngine.Kernels;
using Loragate.MergeEngine.Layouts;

namespace Loragate.MergeEngine.Deltas;

/// <summary>
/// W' = W + s·B·A (Hu et al. 2021, §4.1; PEFT lora/layer.py, get_delta_weight), s = α/r, or α/√r (rsLoRA, Kalajdzievski 2023).
/// A linear layer and a fused projection store (out, in), a Conv1D (in, out). A convolution is Δ[o,i,k] = s·Σᵣ B[o,r]·A[r,i,k]:
/// the same product with A read as (r, in·k).
/// </summary>
/// <param name="Module">The adapter's module.</param>
/// <param name="Target">The weight.</param>
/// <param name="A">A, (r, in, k…).</param>
/// <param name="B">B, (out, r, 1…).</param>
/// <param name="R">r.</param>
/// <param name="S">s.</param>
/// <param name="IsConv1D">Whether the weight is stored (in, out).</param>
public sealed record LoraDelta(string Module, TensorPlan Target, TensorInfo A, TensorInfo B, int R, double S, bool IsConv1D)
    : Delta(Module, Target, [A, B])
{
    /// <inheritdoc/>
    public override string Kind => "lora";

    /// <inheritdoc/>
    public override int Rank => R;

    /// <inheritdoc/>
    public override double Scale => S;

    /// <inheritdoc/>
    internal override UpdateSource ReadUpdate(FactorReader reader, double weight)
    {
        var factors = LowRankFactors.Of(reader.Read(B), reader.Read(A), R, weight * S);
        return new LowRankUpdate(IsConv1D ? factors.Transpose() : factors);
    }

    /// <summary>Covers a module's lora_A, lora_B, lora_B.bias and magnitude vector.</summary>
    internal static void Cover(AdapterModule module, CoverageBuilder cover)
    {
        if (module[AdapterPart.LoraA] is not { } a || module[AdapterPart.LoraB] is not { } b)
        {
            var lacks = module[AdapterPart.LoraA] is null ? "A" : "B";
            cover.Block("missing-factor", module.Path, $"the module has no {lacks} factor", $"Save the adapter again: lora_{lacks} is missing.");
            return;
        }
        DoraDelta.CheckPresence(module, cover);
        LoraBiasDelta.CheckPresence(module, cover);
        var rank = cover.Config.RankOf(module.Path);
        if (IsGrouped(a, b, rank))
            cover.Block("unsupported-setting", module.Path, "a grouped convolution: PEFT trains it and does not merge it", "Keep the adapter separate.");
        else if (!Fits(a, b, rank))
            cover.Block("rank-mismatch", module.Path, $"the config says rank {rank}, A is {a.ShapeText} and B is {b.ShapeText}", "Restore the config that belongs to these weights.");
        else if (cover.Find(module.Path, "weight") is { } target && Shaped(module, target, a, b, cover))
            Add(new LoraDelta(module.Path, target, a, b, rank, cover.Config.ScaleOf(module.Path), cover.Base!.IsConv1D(module.Path)), module, cover);
    }

    private static bool Fits(TensorInfo a, TensorInfo b, int rank) =>
        a.Shape.Count >= 2 && a.Shape.Count == b.Shape.Count && a.Shape[0] == rank && b.Shape[1] == rank && b.Shape.Skip(2).All(k => k == 1);

    private static bool IsGrouped(TensorInfo a, TensorInfo b, int rank) =>
        a.Shape.Count > 2 && a.Shape.Count == b.Shape.Count && a.Shape[0] == rank && b.Shape[1] < rank && b.Shape[1] > 0 && rank % b.Shape[1] == 0;

    private static bool Shaped(AdapterModule module, TensorPlan target, TensorInfo a, TensorInfo b, CoverageBuilder cover)
    {
        IReadOnlyList<long> expected = cover.Base!.IsConv1D(module.Path) ? [a.Shape[1], b.Shape[0]] : [b.Shape[0], .. a.Shape.Skip(1)];
        if (target.Shape.SequenceEqual(expected) && (module[AdapterPart.Magnitude] is not { } m || m.Elements == b.Shape[0]))
            return true;
        cover.Block("shape-mismatch", module.Path, $"B·A is [{b.Shape[0]}, {string.Join(", ", a.Shape.Skip(1))}], the base tensor is [{string.Join(", ", target.Shape)}]", "Merge into the base that the adapter was trained on.");
        return false;
    }

    private static void Add(LoraDelta delta, AdapterModule module, CoverageBuilder cover)
    {
        if (module[AdapterPart.LoraBias] is { } bias && cover.Config.LoraBias)
            LoraBiasDelta.Cover(module.Path, bias, delta.S, cover);
        if (module[AdapterPart.Magnitude] is { } magnitude && cover.Config.UseDora)
            cover.Add(new DoraDelta(delta, magnitude, delta.IsConv1D));
        else
            cover.Add(delta);
    }
}

using Loragate.Artifacts.Adapters;
using Loragate.Artifacts.Safetensors;
using Loragate.MergeEngine.Kernels;
using Loragate.MergeEngine.Layouts;

namespace Loragate.MergeEngine.Deltas;

/// <summary>
/// W' = l ⊙ W: l over the outputs, and then over the bias as well, or over the inputs of a feed-forward module ((IA)³, Liu et al. 2022, §3.3;
/// PEFT ia3/layer.py, merge). Each product is exact in double and rounded once.
/// </summary>
/// <param name="Module">The adapter's module.</param>
/// <param name="Target">The weight or bias.</param>
/// <param name="L">l.</param>
/// <param name="IsByColumn">Whether l runs over the columns of the stored tensor.</param>
public sealed record Ia3Delta(string Module, TensorPlan Target, TensorInfo L, bool IsByColumn) : Delta(Module, Target, [L])
{
    /// <inheritdoc/>
    public override string Kind => "ia3";

    /// <inheritdoc/>
    public override bool IsExclusive => true;

    /// <inheritdoc/>
    internal override Scaling ReadScaling(FactorReader reader)
    {
        var l = reader.Read(L);
        if (!IsByColumn)
            return new(ScalingKind.RowFactors, l);
        // One input of a convolution is as many columns as its kernel has places.
        var each = View.Columns / l.Length;
        var columns = new double[View.Columns];
        for (var i = 0; i < columns.Length; i++)
            columns[i] = l[i / each];
        return new(ScalingKind.ColumnFactors, columns);
    }

    /// <summary>Covers a module's ia3_l.</summary>
    internal static void Cover(AdapterModule module, CoverageBuilder cover)
    {
        var l = module[AdapterPart.Rescaling]!;
        if (cover.Find(module.Path, "weight") is not { } target)
            return;
        var isInput = cover.Config.FeedForward.Includes(module.Path);
        var isConv1D = cover.Base!.IsConv1D(module.Path);
        var (outputs, inputs) = isConv1D ? (target.Shape[^1], target.Shape[0]) : (target.Shape[0], target.Shape.Count > 1 ? target.Shape[1] : 1);
        var expected = isInput ? inputs : outputs;
        if (target.Shape.Count < 2 || l.Elements != expected || l.Shape.Count(d => d == 1) < l.Shape.Count - 1 || (expected > 1 && l.Shape[0] == expected == isInput && l.Shape.Count == 2))
        {
            cover.Block("shape-mismatch", module.Path, $"l is {l.ShapeText}, the base tensor is [{string.Join(", ", target.Shape)}], its {(isInput ? "inputs" : "outputs")} are scaled", "Merge into the base that the adapter was trained on.");
            return;
        }
        cover.Add(new Ia3Delta(module.Path, target, l, isInput != isConv1D));
        if (!isInput && cover.Base.Find(module.Path, "bias") is { } bias && cover.IsMergeable(bias) && bias.Shape is [var n] && n == outputs)
            cover.Add(new Ia3Delta(module.Path, bias, l, IsByColumn: true));
    }
}

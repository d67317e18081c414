using Loragate.Artifacts.Safetensors;
using Loragate.MergeEngine.Kernels;
using Loragate.MergeEngine.Layouts;

namespace Loragate.MergeEngine.Deltas;

/// <summary>
/// W'ₑ = Wₑ + s·Bₑ·Aₑ for every expert e of a fused parameter (PEFT lora/layer.py, ParamWrapper.get_delta_weight: "o r e, e r i").
/// A is (experts·r, in), expert after expert; B is (out, r·experts) in one of two layouts. A checkpoint holds the experts in one tensor
/// (experts, out, in), or each on its own, gate and up projection apart: then a tensor takes its expert's rows of the update.
/// </summary>
/// <param name="Module">The adapter's module.</param>
/// <param name="Target">One expert's tensor, or the tensor of all.</param>
/// <param name="Factors">The factors of the fused parameter.</param>
/// <param name="Expert">The expert, or null for all in one tensor.</param>
/// <param name="FirstRow">The first of the expert's rows that the tensor holds.</param>
public sealed record ExpertsDelta(string Module, TensorPlan Target, ExpertFactors Factors, int? Expert, int FirstRow)
    : Delta(Module, Target, [Factors.A, Factors.B])
{
    /// <inheritdoc/>
    public override string Kind => "experts";

    /// <inheritdoc/>
    public override int Rank => Factors.Rank;

    /// <inheritdoc/>
    public override double Scale => Factors.Scale;

    /// <inheritdoc/>
    internal override MatrixView View => MatrixView.OfLast(Target.Shape);

    /// <inheritdoc/>
    internal override UpdateSource ReadUpdate(FactorReader reader, double weight)
    {
        if (Expert is { } one)
            return Factors.Read(reader, one, FirstRow, View.Rows, weight);
        var each = View.Rows / Factors.Experts;
        return new StackedUpdate([.. Enumerable.Range(0, Factors.Experts).Select(e => Factors.Read(reader, e, 0, each, weight))], each, View.Columns);
    }
}

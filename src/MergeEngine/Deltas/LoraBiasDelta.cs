using Loragate.Artifacts.Adapters;
using Loragate.Artifacts.Safetensors;
using Loragate.MergeEngine.Kernels;
using Loragate.MergeEngine.Layouts;

namespace Loragate.MergeEngine.Deltas;

/// <summary>b' = b + s·b_B, the bias of B under lora_bias (PEFT lora/layer.py, merge: "bias * scaling"). The layer must have a bias of its own.</summary>
/// <param name="Module">The adapter's module.</param>
/// <param name="Target">The bias.</param>
/// <param name="Bias">b_B, (out).</param>
/// <param name="S">s.</param>
public sealed record LoraBiasDelta(string Module, TensorPlan Target, TensorInfo Bias, double S) : Delta(Module, Target, [Bias])
{
    /// <inheritdoc/>
    public override string Kind => "lora-bias";

    /// <inheritdoc/>
    public override int Rank => 1;

    /// <inheritdoc/>
    public override double Scale => S;

    /// <inheritdoc/>
    internal override UpdateSource ReadUpdate(FactorReader reader, double weight) =>
        new LowRankUpdate(LowRankFactors.Of([1], reader.Read(Bias), 1, weight * S));

    /// <summary>A bias of B without lora_bias, or the other way round, is a finding.</summary>
    internal static void CheckPresence(AdapterModule module, CoverageBuilder cover)
    {
        var bias = module[AdapterPart.LoraBias];
        if (cover.Config.LoraBias != bias is not null)
            cover.Block("missing-factor", module.Path, bias is null ? "lora_bias is set but the bias of B is missing" : "a bias of B although lora_bias is not set", "Save the adapter again.");
    }

    /// <summary>Covers lora_B.bias.</summary>
    internal static void Cover(string module, TensorInfo bias, double scale, CoverageBuilder cover)
    {
        if (cover.Base!.Find(module, "bias") is not { } target)
            cover.Block("no-bias", module, "B has a bias and the base's layer has none to add it to", "Keep the adapter separate, or train without lora_bias.");
        else if (!target.Shape.SequenceEqual(bias.Shape))
            cover.Block("shape-mismatch", module, $"the bias of B is {bias.ShapeText}, the base's is [{string.Join(", ", target.Shape)}]", "Merge into the base that the adapter was trained on.");
        else if (cover.IsMergeable(target))
            cover.Add(new LoraBiasDelta(module, target, bias, scale));
    }
}

using Loragate.Artifacts.Records;
using Loragate.Artifacts.Records.Combining;
using Loragate.Artifacts.Records.Inspecting;
using Loragate.MergeEngine.Algebra;

namespace Loragate.MergeEngine.Combining.Methods;

/// <summary>
/// PEFT's methods on the factors (lora/model.py, _generalized_task_arithmetic_weighted_adapter): A and B are blended each for itself in
/// float32, with the weights sign(ws)·√|ws| for A and √|ws| for B. The product has cross terms BᵢAⱼ: it is not the sum of the updates.
/// </summary>
internal sealed class PeftFactorwise(string name, Blend blend) : CombineMethod
{
    public override CombinationMethod Description => BlendDescription.Of(name, null, blend.Pruning == Pruning.Random ? blend.Seed : null, blend);

    internal override CombineMethod For(int adapters) => PeftRules.For(this, adapters);

    internal override IEnumerable<Finding> Demands(IReadOnlyList<CombineInput> inputs)
    {
        var rank = inputs[0].LargestRank;
        return inputs.SelectMany(i => i.Modules.Where(m => m.Value.Rank != rank).Select(m => (i.Adapter, m.Key, m.Value.Rank)))
            .Select(odd => new Finding("unequal-ranks", Severity.Block, $"{odd.Adapter.Identity.Name}, {odd.Key}", $"rank {odd.Rank} where '{name}' needs {rank} everywhere", "Use 'cat' or 'svd', which take any ranks."));
    }

    internal override IEnumerable<Finding> Warnings(IReadOnlyList<CombineInput> inputs)
    {
        foreach (var finding in PeftRules.ScaleWarnings(inputs))
            yield return finding;
        if (inputs.Count > 1)
            yield return new Finding("peft-cross-terms", Severity.Warn, name, "blends A and B each for itself, so the product has cross terms and is not the combination of the updates", "Use the method of the same name without 'peft-'.");
    }

    internal override bool UsesRslora(IReadOnlyList<CombineInput> inputs) => PeftRules.UsesRslora(inputs);

    internal override CombinedFactors Combine(ModuleInput module, IReadOnlyList<CombineInput> inputs, OrderedProducts products, CancellationToken cancellationToken)
    {
        var roots = module.Parts.Select(p => Math.Sqrt(Math.Abs(p.Weight * p.Scale))).ToArray();
        var signed = roots.Select((root, i) => (double)(float)(module.Parts[i].Weight * module.Parts[i].Scale >= 0 ? root : -root)).ToArray();
        return new CombinedFactors(
            Combine(module, ".lora_B", p => p.B, [.. roots.Select(r => (double)(float)r)], cancellationToken),
            Combine(module, ".lora_A", p => p.A, signed, cancellationToken));
    }

    private Matrix Combine(ModuleInput module, string factor, Func<ModulePart, Matrix> of, double[] weights, CancellationToken cancellationToken)
    {
        var tensors = module.Parts.Select(p => of(p).Values.ToArray()).ToArray();
        for (var i = 0; i < tensors.Length; i++)
            Pruner.For(blend, new FactorValues(of(module.Parts[i])), module.Path + factor, module.Parts[i].Ordinal, cancellationToken).Apply<SingleArithmetic>(0, tensors[i]);
        var result = new Matrix(of(module.Parts[0]).Rows, of(module.Parts[0]).Columns);
        var values = new double[tensors.Length];
        for (var at = 0; at < result.Values.Length; at++)
        {
            for (var i = 0; i < values.Length; i++)
                values[i] = tensors[i][at];
            result.Values[at] = blend.Combine<SingleArithmetic>(values, weights);
        }
        return result;
    }
}

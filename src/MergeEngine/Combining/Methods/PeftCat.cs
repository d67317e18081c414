using Loragate.Artifacts.Records.Combining;
using Loragate.Artifacts.Records.Inspecting;
using Loragate.MergeEngine.Algebra;

namespace Loragate.MergeEngine.Combining.Methods;

/// <summary>
/// PEFT's "cat" (lora/model.py, add_weighted_adapter): A = [(A₁·w₁)·s₁; …] in float32, padded with zeros to the sum of the configs' ranks.
/// </summary>
internal sealed class PeftCat(string name) : CombineMethod
{
    public override CombinationMethod Description => new(name, null, null, null, null);

    internal override CombineMethod For(int adapters) => PeftRules.For(this, adapters);

    internal override IEnumerable<Finding> Warnings(IReadOnlyList<CombineInput> inputs) => PeftRules.ScaleWarnings(inputs);

    internal override bool UsesRslora(IReadOnlyList<CombineInput> inputs) => PeftRules.UsesRslora(inputs);

    internal override CombinedFactors Combine(ModuleInput module, IReadOnlyList<CombineInput> inputs, OrderedProducts products, CancellationToken cancellationToken)
    {
        var rank = inputs.Sum(i => i.LargestRank);
        var (a, b) = (new Matrix(rank, module.Columns), new Matrix(module.Rows, rank));
        var first = 0;
        foreach (var part in module.Parts)
        {
            for (var k = 0; k < part.A.Rows; k++, first++)
            {
                for (var column = 0; column < a.Columns; column++)
                    a[first, column] = SingleArithmetic.Round(SingleArithmetic.Round(part.A[k, column] * (float)part.Weight) * (float)part.Scale);
                for (var row = 0; row < b.Rows; row++)
                    b[row, first] = part.B[row, k];
            }
        }
        return new CombinedFactors(b, a);
    }
}

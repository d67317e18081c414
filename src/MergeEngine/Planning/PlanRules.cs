using Loragate.Artifacts.Records;
using Loragate.Artifacts.Records.Inspecting;
using Loragate.Artifacts.Safetensors;

namespace Loragate.MergeEngine.Planning;

/// <summary>What cannot be done to one tensor, or with one adapter, whichever others ask for it.</summary>
internal static class PlanRules
{
    public static IEnumerable<Finding> Check(PlannedTensor tensor, bool withUndo)
    {
        if (tensor.Contributions.FirstOrDefault(c => c.Delta.IsExclusive) is { } exclusive)
        {
            var (isDora, kind) = (exclusive.Delta.Kind == "dora", exclusive.Delta.Kind);
            if (tensor.Contributions.Count > 1 && isDora)
                yield return Block("dora-combined", tensor, "DoRA normalises the whole row and combines with no other adapter", "Merge the DoRA adapter alone.");
            else if (tensor.Contributions.Count > 1)
                yield return Block("exclusive-combined", tensor, $"a change of the kind '{kind}' must be the only one of its tensor", "Merge that adapter alone, before or after the other.");
            if (exclusive.Weight != 1 && isDora)
                yield return Block("dora-weighted", tensor, "a DoRA adapter has no meaning at another weight than 1", "Merge it with weight 1.");
            else if (exclusive.Weight != 1)
                yield return Block("exclusive-weighted", tensor, $"a change of the kind '{kind}' has no meaning at another weight than 1", "Merge it with weight 1.");
        }
        if (withUndo && Precision(tensor.Output.DType) < Precision(tensor.Source.DType))
            yield return Block("narrower-type", tensor, $"rounding {tensor.Source.DType} to {tensor.Output.DType} loses what an exact unmerge needs", "Keep the type, or add --no-undo.");
    }

    public static IEnumerable<Finding> Check(Coverage coverage, double weight)
    {
        if (coverage.ResidualBase == true && weight != 1)
            yield return new Finding("exclusive-weighted", Severity.Block, "init_lora_weights", "the factors hold what the initialisation took out of the base, and give it back at no other weight than 1", "Merge it with weight 1.");
    }

    /// <summary>What cannot be done with several adapters at once: each factor pair gives back what its own initialisation took out of the base.</summary>
    public static IEnumerable<Finding> Check(IEnumerable<Coverage> coverages)
    {
        if (coverages.Count(c => c.ResidualBase == true) > 1)
            yield return new Finding("exclusive-combined", Severity.Block, "init_lora_weights", "several adapters give back what the initialisation took out of the base, and it is missing there once", "Merge one of them into the residual base.");
    }

    private static int Precision(DType type) => type switch
    {
        DType.F32 => 24,
        DType.F16 => 11,
        DType.BF16 => 8,
        _ => 0,
    };

    private static Finding Block(string id, PlannedTensor tensor, string message, string advice) =>
        new(id, Severity.Block, tensor.Output.Name, message, advice);
}

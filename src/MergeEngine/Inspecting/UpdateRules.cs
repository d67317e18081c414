using Loragate.Artifacts.Adapters;
using Loragate.Artifacts.Records;
using Loragate.Artifacts.Records.Inspecting;
using Loragate.MergeEngine.Kernels;

namespace Loragate.MergeEngine.Inspecting;

/// <summary>What the factors themselves say: nothing, too much, or not a number.</summary>
internal static class UpdateRules
{
    /// <summary>‖ΔW‖/‖W‖ above which an update rewrites a module rather than adapting it.</summary>
    private const double LargeUpdate = 1;

    /// <summary>‖ΔW‖/‖W‖ below which half a unit in the last place of bfloat16 (2⁻⁹) swallows nearly all of it.</summary>
    private const double TinyUpdate = 1e-5;

    private const double UnusualScale = 16;

    public static IEnumerable<Finding> Check(PeftAdapter adapter, IReadOnlyList<ModuleStatistics> updates, CancellationToken cancellationToken)
    {
        foreach (var tensor in adapter.Weights.Header.Tensors.Where(t => t.DType is Artifacts.Safetensors.DType.F32 or Artifacts.Safetensors.DType.BF16 or Artifacts.Safetensors.DType.F16))
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (Fault(adapter, tensor) is { } fault)
                yield return new Finding("non-finite", Severity.Block, tensor.Name, fault, "Train the adapter again.");
        }
        if (updates.Count == 0)
            yield break;
        if (updates.All(u => u.FrobeniusNorm == 0))
        {
            yield return new Finding("no-op", Severity.Block, PeftAdapter.WeightsFile, "every update B·A is zero: merging changes nothing", "Check that the trained weights were saved.");
            yield break;
        }
        foreach (var update in updates.Where(u => u.FrobeniusNorm == 0))
            yield return new Finding("dead-module", Severity.Warn, update.Module, "the update B·A is zero: this module is untouched", "Check that the module was trained.");
        foreach (var update in updates.Where(u => u.RelativeNorm > LargeUpdate))
            yield return new Finding("update-large", Severity.Warn, update.Module, FormattableString.Invariant($"the update is {update.RelativeNorm:0.##} times the base weights"), "Check alpha and learning rate.");
        if (updates.All(u => u.RelativeNorm < TinyUpdate))
            yield return new Finding("update-tiny", Severity.Warn, PeftAdapter.WeightsFile, "the updates are so small that rounding swallows them", "Check alpha, and the fidelity of the merge.");
        foreach (var update in updates.Where(u => u.Scale < 0).Take(1))
            yield return new Finding("scale-unusual", Severity.Warn, update.Module, FormattableString.Invariant($"the scale {update.Scale:0.####} is negative: it subtracts what was trained"), "Check lora_alpha.");
        foreach (var update in updates.Where(u => u.Scale > UnusualScale).Take(1))
            yield return new Finding("scale-unusual", Severity.Warn, update.Module, FormattableString.Invariant($"the scale {update.Scale:0.####} is far above what is usual"), "Check lora_alpha.");
    }

    private static string? Fault(PeftAdapter adapter, Artifacts.Safetensors.TensorInfo tensor)
    {
        try
        {
            _ = FactorReader.ReadDoubles(adapter.Weights, tensor);
            return null;
        }
        catch (NonFiniteException e)
        {
            return e.Fault;
        }
    }
}

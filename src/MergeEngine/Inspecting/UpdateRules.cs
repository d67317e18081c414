using Loragate.Artifacts.Adapters;
using Loragate.Artifacts.Records;
using Loragate.Artifacts.Records.Inspecting;
using Loragate.MergeEngine.Deltas;
using Loragate.MergeEngine.Kernels;
using Loragate.MergeEngine.Planning;

namespace Loragate.MergeEngine.Inspecting;

/// <summary>What the factors themselves say: nothing, too much, or not a number.</summary>
internal static class UpdateRules
{
    /// <summary>‖ΔW‖/‖W‖ above which an update rewrites a module rather than adapting it.</summary>
    private const double LargeUpdate = 1;

    /// <summary>‖ΔW‖/‖W‖ below which half a unit in the last place of bfloat16 (2⁻⁹) swallows nearly all of it.</summary>
    private const double TinyUpdate = 1e-5;

    private const double UnusualScale = 16;

    public static IEnumerable<Finding> Check(PeftAdapter adapter, Coverage coverage, IReadOnlyList<MeasuredUpdate> measured, BaseTensors? baseTensors, CancellationToken cancellationToken)
    {
        foreach (var tensor in adapter.Weights.Header.Tensors.Where(t => t.DType is Artifacts.Safetensors.DType.F32 or Artifacts.Safetensors.DType.BF16 or Artifacts.Safetensors.DType.F16))
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (Fault(adapter, tensor, cancellationToken) is { } fault)
                yield return new Finding("non-finite", Severity.Block, tensor.Name, fault, "Train the adapter again.");
        }
        var updates = measured.Select(m => m.Statistics).ToList();
        var idle = baseTensors is null ? null : new IdleChanges(adapter, baseTensors, measured, cancellationToken);
        var untouched = Untouched(coverage, measured, idle);
        if (idle is null ? HoldsOnly(untouched, adapter, coverage) : coverage.Deltas.Count > 0 && coverage.Deltas.All(idle.Includes))
        {
            yield return new Finding("no-op", Severity.Block, PeftAdapter.WeightsFile, "merging changes nothing: every update is zero, and nothing else differs from the base", "Check that the trained weights were saved.");
            yield break;
        }
        foreach (var module in untouched)
            yield return new Finding("dead-module", Severity.Warn, module, "the update is zero: this module is untouched", "Check that the module was trained.");
        foreach (var update in updates.Where(u => u.RelativeNorm > LargeUpdate))
            yield return new Finding("update-large", Severity.Warn, update.Module, FormattableString.Invariant($"the update is {update.RelativeNorm:0.##} times the base weights"), "Check alpha and learning rate.");
        if (updates.Count > 0 && updates.All(u => u.RelativeNorm < TinyUpdate) && idle is not null && !coverage.Deltas.Any(idle.DoesMore))
            yield return new Finding("update-tiny", Severity.Warn, PeftAdapter.WeightsFile, "the updates are so small that rounding swallows them", "Check alpha, and the fidelity of the merge.");
        foreach (var update in updates.Where(u => u.Cancellation is not null))
            yield return new Finding("factors-cancel", Severity.Warn, update.Module, FormattableString.Invariant($"the factors are {update.Cancellation:0.###e+0} times as large as their product: float32 arithmetic loses it, and no audit can tell what a tool that uses it made"), "Merge it with loragate, and ask how it was trained.");
        foreach (var update in updates.Where(u => u.Scale < 0).Take(1))
            yield return new Finding("scale-unusual", Severity.Warn, update.Module, FormattableString.Invariant($"the scale {update.Scale:0.####} is negative: it subtracts what was trained"), "Check lora_alpha.");
        foreach (var update in updates.Where(u => u.Scale > UnusualScale).Take(1))
            yield return new Finding("scale-unusual", Severity.Warn, update.Module, FormattableString.Invariant($"the scale {update.Scale:0.####} is far above what is usual"), "Check lora_alpha.");
    }

    /// <summary>Updates of finite factors whose size no number holds.</summary>
    public static IEnumerable<Finding> Overflows(IEnumerable<ModuleStatistics> updates) =>
        updates.Where(u => !IsFinite(u)).Select(u => new Finding("update-overflow", Severity.Block, u.Module, "the size of the update is beyond a double: alpha or factors are no trained numbers", "Check lora_alpha, and train the adapter again."));

    /// <summary>Tensors that a merge into this base would refuse for what lies there or comes out.</summary>
    public static IEnumerable<Finding> Failures(IEnumerable<(string Tensor, NonFiniteException Reason)> failures) =>
        failures.Select(f => new Finding("non-finite", Severity.Block, f.Tensor, f.Reason.Fault, f.Reason.Advice));

    /// <summary>Whether every statistic of a module is a number.</summary>
    public static bool IsFinite(ModuleStatistics update) =>
        new[] { update.Scale, update.FrobeniusNorm, update.RelativeNorm ?? 0, update.SpectralNorm ?? 0, update.EffectiveRank ?? 0, update.Cancellation ?? 0 }.All(double.IsFinite);

    /// <summary>The modules whose update is zero and that do nothing else, each expert by itself; without a base those that could do nothing else.</summary>
    private static List<string> Untouched(Coverage coverage, IReadOnlyList<MeasuredUpdate> updates, IdleChanges? idle)
    {
        var zero = updates.Where(u => u.IsZero);
        if (idle is null)
            return [.. zero.Select(u => u.Statistics.Module).Intersect(coverage.Modules.Where(m => !m.HasAny(AdapterPart.Magnitude, AdapterPart.LoraBias, AdapterPart.TokenRows)).Select(m => m.Path), StringComparer.Ordinal)];
        var busy = coverage.Deltas.Where(d => !idle.Includes(d)).Select(d => d.Module).ToHashSet(StringComparer.Ordinal);
        return [.. zero.Where(u => u.Deltas.All(d => d is ExpertsDelta) || !u.Deltas.Any(d => busy.Contains(d.Module))).Select(u => u.Statistics.Module)];
    }

    /// <summary>Whether an adapter's file holds the factors of these modules and nothing else.</summary>
    private static bool HoldsOnly(List<string> modules, PeftAdapter adapter, Coverage coverage) =>
        modules.Count > 0 && modules.Count == coverage.Modules.Count && coverage.Modules.Sum(m => m.Parts.Count) == adapter.Weights.Header.Tensors.Count;

    /// <summary>Where a factor is NaN or infinite; null where none is.</summary>
    public static string? Fault(PeftAdapter adapter, Artifacts.Safetensors.TensorInfo tensor, CancellationToken cancellationToken)
    {
        try
        {
            _ = new FactorReader(adapter.Weights).All(tensor, static (_, _) => true, cancellationToken);
            return null;
        }
        catch (NonFiniteException e)
        {
            return e.Fault;
        }
    }
}

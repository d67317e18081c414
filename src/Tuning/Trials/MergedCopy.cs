using System.Runtime.InteropServices;
using Loragate.Artifacts.Adapters;
using Loragate.EvalHarness.Models;
using Loragate.EvalHarness.Models.Adapters;
using Loragate.Tuning.Methods;
using static TorchSharp.torch;

namespace Loragate.Tuning.Trials;

/// <summary>A copy of a model in memory with a low-rank update merged into its weights.</summary>
internal sealed class MergedCopy : IDisposable
{
    private readonly Dictionary<string, Tensor> _weights = new(StringComparer.Ordinal);
    private readonly LanguageModel? _model;

    public MergedCopy(LanguageModel model, PeftAdapter adapter)
    {
        try
        {
            foreach (var weight in model.Weights)
                _weights.Add(weight.Name, weight.Value.clone().DetachFromDisposeScope());
            _model = model.With(model.Precision, model.Type, weight => _weights[weight.Name]);
            using var updates = new AttachedAdapter(adapter, model.Device);
            LinearModules.Visit(_model, (path, weight) => Merge(updates, path, weight));
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    /// <summary>The model.</summary>
    public LanguageModel Model => _model!;

    /// <summary>What making a copy takes at its most, in bytes: the weights, and half as much again for the module that is merged and all that the process does meanwhile.</summary>
    public static long BytesFor(LanguageModel model) => 3 * model.Weights.Sum(weight => weight.Value.numel() * weight.Value.ElementSize) / 2;

    /// <summary>A copy, where there is memory for it.</summary>
    /// <param name="model">The model.</param>
    /// <param name="adapter">The low-rank update.</param>
    /// <param name="freeBytes">The memory that may still be taken; null where nobody knows, and then it is tried.</param>
    /// <returns>The copy; null where memory lacks.</returns>
    public static MergedCopy? UnlessTooLarge(LanguageModel model, PeftAdapter adapter, long? freeBytes)
    {
        if (freeBytes < BytesFor(model))
            return null;
        try
        {
            return new MergedCopy(model, adapter);
        }
        catch (ExternalException fault) when (IsLackOfMemory(fault.Message))
        {
            return null;
        }
    }

    /// <summary>Whether Torch was given no memory, by a processor's allocator or a GPU's: it says so in words alone.</summary>
    internal static bool IsLackOfMemory(string message) =>
        message.Contains("out of memory", StringComparison.OrdinalIgnoreCase) || message.Contains("can't allocate memory", StringComparison.OrdinalIgnoreCase);

    public void Dispose()
    {
        _model?.Dispose();
        foreach (var weight in _weights.Values)
            weight.Dispose();
    }

    private static void Merge(AttachedAdapter updates, string path, Tensor weight)
    {
        using var scope = NewDisposeScope();
        if (updates.OfLinear(path, weight) is AttachedUpdate update)
            weight.copy_(update.MergedInto(weight));
    }
}

using Loragate.Artifacts.Adapters;
using Loragate.EvalHarness.Models;
using Loragate.EvalHarness.Models.Adapters;
using static TorchSharp.torch;

namespace Loragate.Tuning.Trials;

/// <summary>A copy of a model in memory with a low-rank update merged into its weights.</summary>
internal sealed class MergedCopy : IDisposable
{
    private readonly Dictionary<string, Tensor> _weights;

    public MergedCopy(LanguageModel model, PeftAdapter adapter)
    {
        _weights = model.Weights.ToDictionary(weight => weight.Name, weight => weight.Value.clone().DetachFromDisposeScope(), StringComparer.Ordinal);
        Model = model.With(model.Precision, model.Type, weight => _weights[weight.Name]);
        using var updates = new AttachedAdapter(adapter, model.Device);
        using var merged = Model.Attach(new WeightVisitor((path, weight) => Merge(updates, path, weight)), model.Name);
    }

    /// <summary>The model.</summary>
    public LanguageModel Model { get; }

    public void Dispose()
    {
        Model.Dispose();
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

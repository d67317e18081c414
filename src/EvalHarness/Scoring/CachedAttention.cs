using Loragate.EvalHarness.Models;
using Loragate.EvalHarness.Models.Layers;
using static TorchSharp.torch;

namespace Loragate.EvalHarness.Scoring;

/// <summary>One sequence that grows: the first pass is its beginning, every later pass one token that sees what is before it.</summary>
internal sealed class CachedAttention : AttentionPlan, IDisposable
{
    private readonly (Tensor Keys, Tensor Values)[] _layers;

    /// <summary>Makes room for a sequence; the memory belongs to the caller's dispose scope.</summary>
    public CachedAttention(LanguageModel model, int capacity) =>
        _layers = [.. Enumerable.Range(0, model.Layers).Select(_ => (Room(model, capacity), Room(model, capacity)))];

    /// <summary>Tokens that are kept.</summary>
    public int Length { get; private set; }

    public override Tensor Attend(AttentionKernel kernel, Tensor query, Tensor key, Tensor value)
    {
        var count = query.shape[0];
        var (keys, values) = _layers[kernel.Layer];
        keys.narrow(1, Length, count).copy_(key.permute(1, 0, 2));
        values.narrow(1, Length, count).copy_(value.permute(1, 0, 2));
        if (Length == 0)
            return Chain(kernel, query, keys.narrow(1, 0, count), values.narrow(1, 0, count)).reshape(count, -1);
        var end = Length + count;
        var first = Math.Max(0, end - (kernel.Window ?? end));
        return kernel.Of(query, keys.narrow(1, first, end - first), values.narrow(1, first, end - first), mask: null).reshape(count, -1);
    }

    /// <summary>Keys and values of a layer, with room to grow: (key-value heads, capacity, d).</summary>
    public (Tensor Keys, Tensor Values) Of(int layer) => _layers[layer];

    /// <summary>Takes the memory out of the caller's dispose scope: from then on it is freed by <see cref="Dispose"/>.</summary>
    public void DetachFromDisposeScope()
    {
        foreach (var (keys, values) in _layers)
        {
            keys.DetachFromDisposeScope();
            values.DetachFromDisposeScope();
        }
    }

    public void Dispose()
    {
        foreach (var (keys, values) in _layers)
        {
            keys.Dispose();
            values.Dispose();
        }
    }

    /// <summary>Keeps what the pass added.</summary>
    public void Advance(int count) => Length += count;

    /// <summary>Forgets all tokens, to run the sequence again from its beginning.</summary>
    public void Clear() => Length = 0;

    private static Tensor Room(LanguageModel model, int capacity) =>
        empty([model.AttentionShape.KeyValueHeads, capacity, model.AttentionShape.HeadSize], dtype: model.Type, device: model.Device);
}

using Loragate.EvalHarness.Models;
using static TorchSharp.torch;

namespace Loragate.EvalHarness.Scoring;

/// <summary>One sequence that grows: the first pass is its beginning, every later pass one token that sees all before it.</summary>
internal sealed class CachedAttention : AttentionPlan
{
    private readonly (Tensor Keys, Tensor Values)[] _layers;
    private int _length;

    /// <summary>Makes room for a sequence; the memory belongs to the caller's dispose scope.</summary>
    public CachedAttention(LanguageModel model, int capacity) : base(model.AttentionShape) =>
        _layers = [.. Enumerable.Range(0, model.Layers).Select(_ => (Room(model, capacity), Room(model, capacity)))];

    public override Tensor Attend(int layer, Tensor query, Tensor key, Tensor value)
    {
        var count = query.shape[0];
        var (keys, values) = _layers[layer];
        keys.narrow(1, _length, count).copy_(key.permute(1, 0, 2));
        values.narrow(1, _length, count).copy_(value.permute(1, 0, 2));
        var seen = _length + count;
        return Product(query, keys.narrow(1, 0, seen), values.narrow(1, 0, seen), mask: null, causal: _length == 0).reshape(count, -1);
    }

    /// <summary>Keeps what the pass added.</summary>
    public void Advance(int count) => _length += count;

    private Tensor Room(LanguageModel model, int capacity) =>
        empty([Shape.KeyValueHeads, capacity, Shape.HeadSize], dtype: model.Type, device: model.Device);
}

using Loragate.EvalHarness.Models.Layers;
using static TorchSharp.torch;

namespace Loragate.EvalHarness.Models;

/// <summary>
/// Several sequences on their way through a model, layer by layer, for whoever needs gradients: everything is differentiable, and a layer may be computed
/// again. Virtual tokens of the attachment stand before each sequence. What it makes belongs to the dispose scope that it was made in.
/// </summary>
public sealed class LayeredPass
{
    private readonly Decoder _decoder;
    private readonly ForwardPass _pass;
    private readonly Tensor _tokens;
    private readonly Tensor _positions;

    internal LayeredPass(Decoder decoder, IReadOnlyList<IReadOnlyList<int>> sequences, IReadOnlyList<int> prompt, Device device)
    {
        _decoder = decoder;
        int[] lengths = [.. sequences.Select(s => s.Count + prompt.Count)];
        Starts = [.. lengths.Select((_, i) => lengths[..i].Sum() + prompt.Count)];
        _tokens = tensor(sequences.SelectMany(s => prompt.Concat(s)).Select(t => (long)t).ToArray(), device: device);
        _positions = tensor(lengths.SelectMany(length => Enumerable.Range(0, length)).Select(p => (long)p).ToArray(), device: device);
        _pass = decoder.Begin(_positions, decoder.IsLong(lengths.Max()), new PackedAttention(lengths));
    }

    /// <summary>The row of each sequence's first own token.</summary>
    public IReadOnlyList<int> Starts { get; }

    /// <summary>How many layers there are.</summary>
    public int Layers => _decoder.Layers.Count;

    /// <summary>What goes into the first layer: (T, hidden).</summary>
    public Tensor Embedded()
    {
        using var scope = NewDisposeScope();
        return _decoder.Embedded(_tokens, _positions).MoveToOuterDisposeScope();
    }

    /// <summary>What comes out of a layer: (T, hidden) → (T, hidden).</summary>
    public Tensor Layer(int index, Tensor x) => _decoder.Layers[index].Of(x, _pass);

    /// <summary>The logits behind some rows of what comes out of the last layer, float32 or wider: (T, hidden), (n) → (n, vocabulary).</summary>
    public Tensor Logits(Tensor x, Tensor rows)
    {
        ArgumentNullException.ThrowIfNull(x);
        using var scope = NewDisposeScope();
        return _decoder.Head.Of(_decoder.Norm.Of(x.index_select(0, rows))).MoveToOuterDisposeScope();
    }
}

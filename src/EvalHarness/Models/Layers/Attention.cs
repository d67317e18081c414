using Loragate.EvalHarness.Models.Positions;
using static TorchSharp.torch;

namespace Loragate.EvalHarness.Models.Layers;

/// <summary>Self-attention over a flat token axis: x (T, hidden) → (T, hidden).</summary>
internal sealed class Attention
{
    /// <summary>Query, key and value as one matrix.</summary>
    public required Projection QueryKeyValue { get; init; }

    /// <summary>How the rows of that matrix are shared out.</summary>
    public HeadOrder Order { get; init; } = HeadOrder.Stacked;

    public required Projection Output { get; init; }

    public required AttentionKernel Kernel { get; init; }

    /// <summary>Norms of query and key before they are turned (Henry et al., arXiv 2010.04245); null where there are none.</summary>
    public QueryKeyNorm? Norm { get; init; }

    /// <summary>The positions; null where the layer has none of its own.</summary>
    public RotaryEmbedding? Rotary { get; init; }

    public Tensor Of(Tensor x, ForwardPass pass)
    {
        var (query, key, value) = Split(QueryKeyValue.Of(x));
        if (Norm is not null)
            (query, key) = (Norm.OfQuery(query), Norm.OfKey(key));
        if (Rotary is not null)
            (query, key) = (pass.Angles(Rotary).Turn(query), pass.Angles(Rotary).Turn(key));
        return Output.Of(pass.Plan.Attend(Kernel, query, key, value));
    }

    /// <summary>(T, rows) → (T, heads, d), (T, key-value heads, d), (T, key-value heads, d).</summary>
    private (Tensor Query, Tensor Key, Tensor Value) Split(Tensor rows)
    {
        var shape = Kernel.Shape;
        if (Order == HeadOrder.Interleaved)
        {
            var byHead = rows.view(rows.shape[0], shape.Heads, 3, shape.HeadSize);
            return (byHead.select(2, 0), byHead.select(2, 1), byHead.select(2, 2));
        }
        var stacked = rows.view(rows.shape[0], shape.Heads + (2 * shape.KeyValueHeads), shape.HeadSize);
        return (
            stacked.narrow(1, 0, shape.Heads),
            stacked.narrow(1, shape.Heads, shape.KeyValueHeads),
            stacked.narrow(1, shape.Heads + shape.KeyValueHeads, shape.KeyValueHeads));
    }
}

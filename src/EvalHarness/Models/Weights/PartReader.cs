using Loragate.EvalHarness.Models.Adapters;
using Loragate.EvalHarness.Models.Configs;
using Loragate.EvalHarness.Models.Layers;
using Loragate.EvalHarness.Models.Positions;
using TorchSharp;
using static TorchSharp.torch;

namespace Loragate.EvalHarness.Models.Weights;

/// <summary>
/// Puts a model's parts together from named tensors, below one prefix. A module's path is what adapters call it; where a checkpoint stores
/// its tensors under a shorter name, the two differ by their prefix.
/// </summary>
internal sealed class PartReader(WeightSource weights, Attachment? adapter, string modulePrefix = "", string storedPrefix = "")
{
    /// <summary>The parts below a module: <c>At("model.layers.0")</c>.</summary>
    public PartReader At(string module) => new(weights, adapter, $"{modulePrefix}{module}.", $"{storedPrefix}{module}.");

    /// <summary>The parts below a module that some checkpoints leave out of their names: known by the name of a tensor in it.</summary>
    public PartReader AtBody(string module, string known) =>
        weights.Has($"{storedPrefix}{module}.{known}") ? At(module) : new PartReader(weights, adapter, $"{modulePrefix}{module}.", storedPrefix);

    /// <summary>The layers <c>NAME.0</c> to <c>NAME.(count − 1)</c>.</summary>
    public IReadOnlyList<DecoderLayer> Layers(string name, int count, Func<PartReader, int, DecoderLayer> read) =>
        [.. Enumerable.Range(0, count).Select(i => read(At($"{name}.{i}"), i))];

    /// <summary>A linear module, (rows, columns) as stored.</summary>
    public Projection Projection(string name, long rows, long columns, bool bias) => Projection([(name, rows)], columns, bias);

    /// <summary>Linear modules of the same input as one, rows below rows; rows of a product do not depend on their neighbours.</summary>
    public Projection Projection(IReadOnlyList<(string Name, long Rows)> modules, long columns, bool bias)
    {
        var weight = weights.Take(Stored(modules, "weight"), columns);
        return new Projection(weight, bias ? weights.Take(Stored(modules, "bias")) : null, Changes(modules, weight));
    }

    /// <summary>A linear module whose weight is stored (columns, rows), with a bias (Conv1D of transformers).</summary>
    public Projection TransposedProjection(string name, long rows, long columns)
    {
        var weight = weights.Take(Stored([(name, columns)], "weight"), rows).t().DetachFromDisposeScope();
        return new Projection(weight, weights.Take(Stored([(name, rows)], "bias")), Changes([(name, rows)], weight));
    }

    /// <summary>Query, key and value modules below <paramref name="attention"/> as one.</summary>
    public Projection QueryKeyValue(string attention, AttentionShape shape, long columns, bool bias) => Projection(
        [($"{attention}.q_proj", shape.QueryRows), ($"{attention}.k_proj", shape.KeyValueRows), ($"{attention}.v_proj", shape.KeyValueRows)], columns, bias);

    /// <summary>A gated MLP with the modules <c>gate_proj</c>, <c>up_proj</c> and <c>down_proj</c>, or other names in that order.</summary>
    public GatedMlp GatedMlp(string name, long hidden, long inner, Activation activation, bool bias = false, string gate = "gate_proj", string up = "up_proj", string down = "down_proj") => new(
        Projection([($"{name}.{gate}", inner), ($"{name}.{up}", inner)], hidden, bias),
        Projection($"{name}.{down}", hidden, inner, bias),
        activation);

    public RmsNorm RmsNorm(string name, long size, double epsilon, NormScale scale = NormScale.Rounded) =>
        new(weights.Take([($"{storedPrefix}{name}.weight", size)]), epsilon, scale);

    public LayerNorm LayerNorm(string name, long size, double epsilon, bool bias = true) =>
        new(weights.Take([($"{storedPrefix}{name}.weight", size)]), bias ? weights.Take([($"{storedPrefix}{name}.bias", size)]) : null, epsilon);

    public RotaryEmbedding Rotary(RotaryPlan plan) => new(plan, weights.Type, weights.Device);

    /// <summary>The token table; a multiplier is rounded to the model's type.</summary>
    public TokenEmbedding Embedding(string name, DecoderSize size, double? multiplier = null)
    {
        var stored = $"{storedPrefix}{name}.weight";
        var table = weights.Take([(stored, size.Vocabulary)], size.Hidden);
        var update = adapter?.OfEmbedding(modulePrefix + name, table);
        if (update is not null && multiplier is not null)
            throw new ModelException(modulePrefix + name, "an update of an embedding that is scaled is not computed live", "Merge the adapter and evaluate the merged model.");
        if (adapter?.Prompt is not null && multiplier is not null)
            throw new ModelException(modulePrefix + name, "virtual tokens before an embedding that is scaled have two readings", "Tune this model by another method.");
        return new TokenEmbedding(stored, table, multiplier is { } m ? Rounded(m) : null, update, adapter?.Prompt);
    }

    public LearnedPositions LearnedPositions(string name, long rows, long columns, int first) =>
        new(weights.Take([($"{storedPrefix}{name}.weight", rows)], columns), first);

    /// <summary>The head's matrix; where it is tied it is the embedding's, and a stored copy must be equal to that.</summary>
    /// <param name="name">The head's module.</param>
    /// <param name="embedding">The embedding.</param>
    /// <param name="tied">Whether the config ties the two.</param>
    /// <param name="size">The model's sizes.</param>
    public Projection Head(string name, TokenEmbedding embedding, bool tied, DecoderSize size)
    {
        if (!tied)
            return Projection(name, size.Vocabulary, size.Hidden, bias: false);
        var copy = $"{storedPrefix}{name}.weight";
        if (weights.Has(copy))
            weights.AcceptCopy(copy, embedding.Name);
        return new Projection(embedding.Weight, null, Changes([(name, size.Vocabulary)], embedding.Weight));
    }

    /// <summary>Accepts tensors that old checkpoints carry and that follow from the config, by the end of their names.</summary>
    public void AcceptInert(params string[] suffixes) => weights.AcceptInert(name => suffixes.Any(s => name.EndsWith(s, StringComparison.Ordinal)));

    private List<(string Name, long Rows)> Stored(IReadOnlyList<(string Name, long Rows)> modules, string tensor) =>
        [.. modules.Select(m => ($"{storedPrefix}{m.Name}.{tensor}", m.Rows))];

    private List<PlacedChange> Changes(IReadOnlyList<(string Name, long Rows)> modules, Tensor weight)
    {
        var changes = new List<PlacedChange>();
        if (adapter is null)
            return changes;
        var first = 0L;
        foreach (var (name, rows) in modules)
        {
            using var own = weight.narrow(0, first, rows);
            if (adapter.OfLinear(modulePrefix + name, own) is { } change)
                changes.Add(new PlacedChange(change, first, rows));
            first += rows;
        }
        return changes;
    }

    private Scalar Rounded(double value)
    {
        using var number = tensor(value, dtype: weights.Type);
        return number.to_type(ScalarType.Float64).item<double>().ToScalar();
    }
}

using Loragate.Artifacts.Checkpoints;
using static TorchSharp.torch;

namespace Loragate.EvalHarness.Models;

/// <summary>
/// Llama (Touvron et al., arXiv 2302.13971): pre-norm decoder with RMSNorm, rotary positions, grouped-query attention and a gated MLP.
/// Query, key and value are stacked into one matrix on loading, as are gate and up; rows of a product do not depend on their neighbours.
/// </summary>
internal sealed class LlamaModel : LanguageModel
{
    public const string FamilyName = "llama";

    private const string EmbeddingName = "model.embed_tokens.weight";
    private const string HeadName = "lm_head.weight";

    private readonly LlamaConfig _config;
    private readonly Tensor _embedding;
    private readonly DecoderLayer[] _layers;
    private readonly RmsNorm _norm;
    private readonly Projection _head;
    private readonly RotaryEmbedding _rotary;

    private LlamaModel(
        Checkpoint checkpoint, Precision precision, Device device, IReadOnlyList<Tensor> weights, LlamaConfig config, Tensor embedding, DecoderLayer[] layers, RmsNorm norm, Projection head)
        : base(checkpoint.Folder, FamilyName, precision, device, weights)
    {
        _config = config;
        _embedding = embedding;
        _layers = layers;
        _norm = norm;
        _head = head;
        Type = embedding.dtype;
        _rotary = new RotaryEmbedding(config.RotaryTheta, config.Attention.HeadSize, config.RotaryScaling, Type, device);
    }

    public override int MaxLength => _config.MaxPositions;

    public override int VocabularySize => _config.VocabularySize;

    internal override AttentionShape AttentionShape => _config.Attention;

    internal override int Layers => _config.Layers;

    internal override ScalarType Type { get; }

    /// <inheritdoc cref="LanguageModel.Load(Checkpoint, Precision, Device, IReadOnlyList{TensorDigest}, CancellationToken)"/>
    internal static new LlamaModel Load(Checkpoint checkpoint, Precision precision, Device device, IReadOnlyList<TensorDigest>? expected, CancellationToken cancellation)
    {
        var config = LlamaConfig.Parse(checkpoint.Config, Path.Combine(checkpoint.Folder, Checkpoint.ConfigFile));
        using var reader = new WeightReader(checkpoint, precision, device, expected, cancellation);
        var embedding = reader.Read(EmbeddingName, config.VocabularySize, config.HiddenSize);
        var layers = Enumerable.Range(0, config.Layers).Select(i => ReadLayer(reader, config, $"model.layers.{i}.")).ToArray();
        var norm = new RmsNorm(reader.Read("model.norm.weight", config.HiddenSize), config.NormEpsilon);
        var head = new Projection(ReadHead(reader, config, embedding), bias: null);
        reader.AcceptInert(static name => name.EndsWith(".rotary_emb.inv_freq", StringComparison.Ordinal));
        return new LlamaModel(checkpoint, precision, device, reader.Finish(), config, embedding, layers, norm, head);
    }

    internal override Tensor Head(Tensor hidden) => _head.Of(hidden).to_type(ScalarType.Float32);

    private protected override Tensor Hidden(Tensor tokens, Tensor positions, AttentionPlan plan, CancellationToken cancellation)
    {
        using var scope = NewDisposeScope();
        var angles = _rotary.Angles(positions);
        var x = _embedding.index_select(0, tokens);
        for (var layer = 0; layer < _layers.Length; layer++)
        {
            cancellation.ThrowIfCancellationRequested();
            using var previous = x;
            x = _layers[layer].Of(previous, angles, plan, layer);
        }
        return _norm.Of(x).MoveToOuterDisposeScope();
    }

    private protected override void DisposeParts() => _rotary.Dispose();

    private static DecoderLayer ReadLayer(WeightReader reader, LlamaConfig config, string prefix)
    {
        var (shape, hidden, inner) = (config.Attention, config.HiddenSize, config.IntermediateSize);
        long queries = shape.Heads * shape.HeadSize;
        long keys = shape.KeyValueHeads * shape.HeadSize;
        var attention = $"{prefix}self_attn.";
        var mlp = $"{prefix}mlp.";
        return new DecoderLayer(
            new RmsNorm(reader.Read($"{prefix}input_layernorm.weight", hidden), config.NormEpsilon),
            new Attention(
                ReadProjection(reader, [($"{attention}q_proj", queries), ($"{attention}k_proj", keys), ($"{attention}v_proj", keys)], hidden, config.AttentionBias),
                ReadProjection(reader, [($"{attention}o_proj", hidden)], queries, config.AttentionBias),
                shape),
            new RmsNorm(reader.Read($"{prefix}post_attention_layernorm.weight", hidden), config.NormEpsilon),
            new GatedMlp(
                ReadProjection(reader, [($"{mlp}gate_proj", inner), ($"{mlp}up_proj", inner)], hidden, config.MlpBias),
                ReadProjection(reader, [($"{mlp}down_proj", hidden)], inner, config.MlpBias),
                config.Activation));
    }

    private static Projection ReadProjection(WeightReader reader, IReadOnlyList<(string Name, long Rows)> parts, long columns, bool bias) => new(
        reader.ReadStacked([.. parts.Select(p => ($"{p.Name}.weight", p.Rows))], columns),
        bias ? reader.ReadStacked([.. parts.Select(p => ($"{p.Name}.bias", p.Rows))]) : null);

    private static Tensor ReadHead(WeightReader reader, LlamaConfig config, Tensor embedding)
    {
        if (!config.TiedEmbeddings)
            return reader.Read(HeadName, config.VocabularySize, config.HiddenSize);
        if (reader.Has(HeadName))
            reader.AcceptCopy(HeadName, EmbeddingName);
        return embedding;
    }
}

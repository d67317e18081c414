using Loragate.EvalHarness.Models.Configs;
using Loragate.EvalHarness.Models.Layers;
using Loragate.EvalHarness.Models.Weights;

namespace Loragate.EvalHarness.Models.Families;

/// <summary>OPT (Zhang et al., arXiv 2205.01068): learned positions from row 2 on, LayerNorm before each branch, a plain MLP.</summary>
internal sealed class Opt : ModelFamily
{
    private const double Epsilon = 1e-5;
    private const int FirstPosition = 2;

    public override string Name => "opt";

    private protected override Func<PartReader, Decoder> Read(ConfigReader config)
    {
        var size = DecoderSize.Read(config);
        var shape = AttentionShape.ReadUngrouped(config, size.Hidden);
        var (inner, activation) = (config.Size("ffn_dim"), Activation.Read(config, "activation_function"));
        config.Require("word_embed_proj_dim", size.Hidden);
        config.Require("do_layer_norm_before", true, absent: true);
        config.Require("_remove_final_layer_norm", false, absent: false);
        config.Require("enable_bias", true, absent: true);
        config.Require("layer_norm_elementwise_affine", true, absent: true);
        config.Ignore("prefix");
        var tied = config.Flag("tie_word_embeddings", absent: true);
        return parts =>
        {
            var body = parts.At("model.decoder");
            var embedding = body.Embedding("embed_tokens", size);
            return new Decoder
            {
                Size = size,
                Embedding = embedding,
                Positions = body.LearnedPositions("embed_positions", size.MaxLength + FirstPosition, size.Hidden, FirstPosition),
                Layers = body.Layers("layers", size.Layers, (layer, index) => new SequentialLayer
                {
                    BeforeAttention = layer.LayerNorm("self_attn_layer_norm", size.Hidden, Epsilon),
                    Attention = new Attention
                    {
                        QueryKeyValue = layer.QueryKeyValue("self_attn", shape, size.Hidden, bias: true),
                        Output = layer.Projection("self_attn.out_proj", size.Hidden, size.Hidden, bias: true),
                        Kernel = new AttentionKernel(index, shape),
                    },
                    BeforeMlp = layer.LayerNorm("final_layer_norm", size.Hidden, Epsilon),
                    Mlp = new PlainMlp(
                        layer.Projection("fc1", inner, size.Hidden, bias: true),
                        layer.Projection("fc2", size.Hidden, inner, bias: true),
                        activation),
                }),
                Norm = body.LayerNorm("final_layer_norm", size.Hidden, Epsilon),
                Head = new LogitHead(parts.Head("lm_head", embedding, tied, size)),
            };
        };
    }
}

using Loragate.EvalHarness.Models.Configs;
using Loragate.EvalHarness.Models.Layers;
using Loragate.EvalHarness.Models.Positions;
using Loragate.EvalHarness.Models.Weights;

namespace Loragate.EvalHarness.Models.Families;

/// <summary>Llama (Touvron et al., arXiv 2302.13971): RMSNorm before each branch, rotary positions, grouped queries, a gated MLP.</summary>
internal sealed class Llama : ModelFamily
{
    public override string Name => "llama";

    private protected override Func<PartReader, Decoder> Read(ConfigReader config)
    {
        var size = DecoderSize.Read(config);
        var shape = AttentionShape.Read(config, size.Hidden);
        var rotary = RotaryPlan.Read(config, shape.HeadSize);
        var (inner, activation) = (config.Size("intermediate_size"), Activation.Read(config));
        var (attentionBias, mlpBias) = (config.Flag("attention_bias", absent: false), config.Flag("mlp_bias", absent: false));
        var epsilon = config.Number("rms_norm_eps");
        var tied = config.Flag("tie_word_embeddings", absent: false);
        config.Require("rope_interleaved", false, absent: false);
        config.Ignore("is_llama_config");
        LayerWindows.RequireNone(config, size.Layers);
        return parts =>
        {
            var embedding = parts.Embedding("model.embed_tokens", size);
            var turns = parts.Rotary(rotary);
            parts.AcceptInert(".rotary_emb.inv_freq");
            return new Decoder
            {
                Size = size,
                Embedding = embedding,
                Layers = parts.Layers("model.layers", size.Layers, (layer, index) => new SequentialLayer
                {
                    BeforeAttention = layer.RmsNorm("input_layernorm", size.Hidden, epsilon),
                    Attention = new Attention
                    {
                        QueryKeyValue = layer.QueryKeyValue("self_attn", shape, size.Hidden, attentionBias),
                        Output = layer.Projection("self_attn.o_proj", size.Hidden, shape.QueryRows, attentionBias),
                        Kernel = new AttentionKernel(index, shape),
                        Rotary = turns,
                    },
                    BeforeMlp = layer.RmsNorm("post_attention_layernorm", size.Hidden, epsilon),
                    Mlp = layer.GatedMlp("mlp", size.Hidden, inner, activation, mlpBias),
                }),
                Norm = parts.RmsNorm("model.norm", size.Hidden, epsilon),
                Head = new LogitHead(parts.Head("lm_head", embedding, tied, size)),
            };
        };
    }
}

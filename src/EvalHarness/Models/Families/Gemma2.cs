using Loragate.EvalHarness.Models.Configs;
using Loragate.EvalHarness.Models.Layers;
using Loragate.EvalHarness.Models.Positions;
using Loragate.EvalHarness.Models.Weights;

namespace Loragate.EvalHarness.Models.Families;

/// <summary>Gemma 2 (arXiv 2408.00118): norms before and after each branch, capped scores and logits, every other layer seeing one window back.</summary>
internal sealed class Gemma2 : ModelFamily
{
    public override string Name => "gemma2";

    private protected override Func<PartReader, Decoder> Read(ConfigReader config)
    {
        var size = DecoderSize.Read(config);
        var shape = AttentionShape.ReadGrouped(config, size.Hidden);
        var rotary = RotaryPlan.Read(config, shape.HeadSize);
        var windows = LayerWindows.Alternating(config, size.Layers, period: 2);
        var scale = 1 / Math.Sqrt(config.Number("query_pre_attn_scalar"));
        var (scoreCap, logitCap) = (config.OptionalNumber("attn_logit_softcapping"), config.OptionalNumber("final_logit_softcapping"));
        var (inner, activation) = (config.Size("intermediate_size"), Activation.ReadGelu(config));
        var bias = config.Flag("attention_bias", absent: false);
        config.Require("use_bidirectional_attention", false, absent: false);
        var epsilon = config.Number("rms_norm_eps");
        var tied = config.Flag("tie_word_embeddings", absent: true);
        return parts =>
        {
            var embedding = parts.Embedding("model.embed_tokens", size, multiplier: Math.Sqrt(size.Hidden));
            var turns = parts.Rotary(rotary);
            return new Decoder
            {
                Size = size,
                Embedding = embedding,
                Layers = parts.Layers("model.layers", size.Layers, (layer, index) => new SequentialLayer
                {
                    BeforeAttention = layer.RmsNorm("input_layernorm", size.Hidden, epsilon, NormScale.AroundOne),
                    Attention = new Attention
                    {
                        QueryKeyValue = layer.QueryKeyValue("self_attn", shape, size.Hidden, bias),
                        Output = layer.Projection("self_attn.o_proj", size.Hidden, shape.QueryRows, bias),
                        Kernel = new AttentionKernel(index, shape, scale, scoreCap) { Window = windows[index] },
                        Rotary = turns,
                    },
                    AfterAttention = layer.RmsNorm("post_attention_layernorm", size.Hidden, epsilon, NormScale.AroundOne),
                    BeforeMlp = layer.RmsNorm("pre_feedforward_layernorm", size.Hidden, epsilon, NormScale.AroundOne),
                    Mlp = layer.GatedMlp("mlp", size.Hidden, inner, activation),
                    AfterMlp = layer.RmsNorm("post_feedforward_layernorm", size.Hidden, epsilon, NormScale.AroundOne),
                }),
                Norm = parts.RmsNorm("model.norm", size.Hidden, epsilon, NormScale.AroundOne),
                Head = new LogitHead(parts.Head("lm_head", embedding, tied, size)) { Cap = logitCap },
            };
        };
    }
}

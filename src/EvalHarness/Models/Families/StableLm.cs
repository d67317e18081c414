using Loragate.EvalHarness.Models.Configs;
using Loragate.EvalHarness.Models.Layers;
using Loragate.EvalHarness.Models.Positions;
using Loragate.EvalHarness.Models.Weights;

namespace Loragate.EvalHarness.Models.Families;

/// <summary>StableLM 2 (arXiv 2402.17834): Llama's layer with LayerNorm and heads that are turned in part.</summary>
internal sealed class StableLm : ModelFamily
{
    public override string Name => "stablelm";

    private protected override Func<PartReader, Decoder> Read(ConfigReader config)
    {
        var size = DecoderSize.Read(config);
        var shape = AttentionShape.ReadGrouped(config, size.Hidden);
        var rotary = RotaryPlan.Read(config, shape.HeadSize, new RotaryKeys { AbsentShare = 0.25 });
        var (inner, activation) = (config.Size("intermediate_size"), Activation.Read(config));
        var bias = config.Flag("use_qkv_bias", absent: false);
        config.Require("qk_layernorm", false, absent: false);
        config.Require("use_parallel_residual", false, absent: false);
        var epsilon = config.Number("layer_norm_eps");
        var tied = config.Flag("tie_word_embeddings", absent: false);
        return parts =>
        {
            var embedding = parts.Embedding("model.embed_tokens", size);
            var turns = parts.Rotary(rotary);
            return new Decoder
            {
                Size = size,
                Embedding = embedding,
                Layers = parts.Layers("model.layers", size.Layers, (layer, index) => new SequentialLayer
                {
                    BeforeAttention = layer.LayerNorm("input_layernorm", size.Hidden, epsilon),
                    Attention = new Attention
                    {
                        QueryKeyValue = layer.QueryKeyValue("self_attn", shape, size.Hidden, bias),
                        Output = layer.Projection("self_attn.o_proj", size.Hidden, shape.QueryRows, bias: false),
                        Kernel = new AttentionKernel(index, shape),
                        Rotary = turns,
                    },
                    BeforeMlp = layer.LayerNorm("post_attention_layernorm", size.Hidden, epsilon),
                    Mlp = layer.GatedMlp("mlp", size.Hidden, inner, activation),
                }),
                Norm = parts.LayerNorm("model.norm", size.Hidden, epsilon),
                Head = new LogitHead(parts.Head("lm_head", embedding, tied, size)),
            };
        };
    }
}

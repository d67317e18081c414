using Loragate.EvalHarness.Models.Configs;
using Loragate.EvalHarness.Models.Layers;
using Loragate.EvalHarness.Models.Positions;
using Loragate.EvalHarness.Models.Weights;

namespace Loragate.EvalHarness.Models.Families;

/// <summary>Phi-3 (Abdin et al., arXiv 2404.14219): Llama's layer with query, key and value, and gate and up, stored as one matrix each; LongRoPE.</summary>
internal sealed class Phi3 : ModelFamily
{
    public override string Name => "phi3";

    private protected override Func<PartReader, Decoder> Read(ConfigReader config)
    {
        var size = DecoderSize.Read(config);
        var shape = AttentionShape.Read(config, size.Hidden);
        var rotary = RotaryPlan.Read(config, shape.HeadSize, new RotaryKeys { AbsentShare = 1 });
        config.Ignore("original_max_position_embeddings");
        var windows = LayerWindows.Uniform(config, size.Layers);
        var (inner, activation) = (config.Size("intermediate_size"), Activation.Read(config));
        var epsilon = config.Number("rms_norm_eps");
        var tied = config.Flag("tie_word_embeddings", absent: false);
        config.Require("attention_bias", false, absent: false);
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
                    BeforeAttention = layer.RmsNorm("input_layernorm", size.Hidden, epsilon),
                    Attention = new Attention
                    {
                        QueryKeyValue = layer.Projection("self_attn.qkv_proj", shape.StackedRows, size.Hidden, bias: false),
                        Output = layer.Projection("self_attn.o_proj", size.Hidden, shape.QueryRows, bias: false),
                        Kernel = new AttentionKernel(index, shape) { Window = windows[index] },
                        Rotary = turns,
                    },
                    BeforeMlp = layer.RmsNorm("post_attention_layernorm", size.Hidden, epsilon),
                    Mlp = new GatedMlp(
                        layer.Projection("mlp.gate_up_proj", 2L * inner, size.Hidden, bias: false),
                        layer.Projection("mlp.down_proj", size.Hidden, inner, bias: false),
                        activation),
                }),
                Norm = parts.RmsNorm("model.norm", size.Hidden, epsilon),
                Head = new LogitHead(parts.Head("lm_head", embedding, tied, size)),
            };
        };
    }
}

using Loragate.EvalHarness.Models.Configs;
using Loragate.EvalHarness.Models.Layers;
using Loragate.EvalHarness.Models.Positions;
using Loragate.EvalHarness.Models.Weights;

namespace Loragate.EvalHarness.Models.Families;

/// <summary>Gemma (arXiv 2403.08295): Llama's layer with norms around 1 + w and an embedding times √hidden.</summary>
internal sealed class Gemma : ModelFamily
{
    public override string Name => "gemma";

    private protected override Func<PartReader, Decoder> Read(ConfigReader config)
    {
        var size = DecoderSize.Read(config);
        var shape = AttentionShape.ReadGrouped(config, size.Hidden);
        var rotary = RotaryPlan.Read(config, shape.HeadSize);
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
                        Kernel = new AttentionKernel(index, shape),
                        Rotary = turns,
                    },
                    BeforeMlp = layer.RmsNorm("post_attention_layernorm", size.Hidden, epsilon, NormScale.AroundOne),
                    Mlp = layer.GatedMlp("mlp", size.Hidden, inner, activation),
                }),
                Norm = parts.RmsNorm("model.norm", size.Hidden, epsilon, NormScale.AroundOne),
                Head = new LogitHead(parts.Head("lm_head", embedding, tied, size)),
            };
        };
    }
}

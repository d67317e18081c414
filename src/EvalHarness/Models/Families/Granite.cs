using Loragate.EvalHarness.Models.Configs;
using Loragate.EvalHarness.Models.Layers;
using Loragate.EvalHarness.Models.Positions;
using Loragate.EvalHarness.Models.Weights;

namespace Loragate.EvalHarness.Models.Families;

/// <summary>Granite 3 (IBM, 2024): Llama's layer with fixed multipliers on embedding, scores, branches and logits.</summary>
internal sealed class Granite : ModelFamily
{
    public override string Name => "granite";

    private protected override Func<PartReader, Decoder> Read(ConfigReader config)
    {
        var size = DecoderSize.Read(config);
        var shape = AttentionShape.Read(config, size.Hidden);
        var rotary = RotaryPlan.Read(config, shape.HeadSize);
        var (inner, activation) = (config.Size("intermediate_size"), Activation.Read(config));
        var (attentionBias, mlpBias) = (config.Flag("attention_bias", absent: false), config.Flag("mlp_bias", absent: false));
        var (embeddingMultiplier, attentionMultiplier) = (config.Number("embedding_multiplier"), config.Number("attention_multiplier"));
        var (residualMultiplier, logitDivisor) = (config.Number("residual_multiplier"), config.Number("logits_scaling"));
        var epsilon = config.Number("rms_norm_eps");
        var tied = config.Flag("tie_word_embeddings", absent: false);
        return parts =>
        {
            var embedding = parts.Embedding("model.embed_tokens", size, embeddingMultiplier);
            var turns = parts.Rotary(rotary);
            return new Decoder
            {
                Size = size,
                Embedding = embedding,
                Layers = parts.Layers("model.layers", size.Layers, (layer, index) => new SequentialLayer
                {
                    Multiplier = residualMultiplier,
                    BeforeAttention = layer.RmsNorm("input_layernorm", size.Hidden, epsilon),
                    Attention = new Attention
                    {
                        QueryKeyValue = layer.QueryKeyValue("self_attn", shape, size.Hidden, attentionBias),
                        Output = layer.Projection("self_attn.o_proj", size.Hidden, shape.QueryRows, attentionBias),
                        Kernel = new AttentionKernel(index, shape, attentionMultiplier),
                        Rotary = turns,
                    },
                    BeforeMlp = layer.RmsNorm("post_attention_layernorm", size.Hidden, epsilon),
                    Mlp = layer.GatedMlp("mlp", size.Hidden, inner, activation, mlpBias),
                }),
                Norm = parts.RmsNorm("model.norm", size.Hidden, epsilon),
                Head = new LogitHead(parts.Head("lm_head", embedding, tied, size)) { Scale = 1 / logitDivisor },
            };
        };
    }
}

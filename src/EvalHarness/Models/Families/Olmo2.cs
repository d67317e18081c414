using Loragate.EvalHarness.Models.Configs;
using Loragate.EvalHarness.Models.Layers;
using Loragate.EvalHarness.Models.Positions;
using Loragate.EvalHarness.Models.Weights;

namespace Loragate.EvalHarness.Models.Families;

/// <summary>OLMo 2 (arXiv 2501.00656): a norm behind each branch and none before, and one norm across all heads of query and of key.</summary>
internal sealed class Olmo2 : ModelFamily
{
    public override string Name => "olmo2";

    private protected override Func<PartReader, Decoder> Read(ConfigReader config)
    {
        var size = DecoderSize.Read(config);
        var shape = AttentionShape.Read(config, size.Hidden);
        var rotary = RotaryPlan.Read(config, shape.HeadSize);
        var (inner, activation) = (config.Size("intermediate_size"), Activation.Read(config));
        var bias = config.Flag("attention_bias", absent: false);
        var epsilon = config.Number("rms_norm_eps");
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
                    Attention = new Attention
                    {
                        QueryKeyValue = layer.QueryKeyValue("self_attn", shape, size.Hidden, bias),
                        Output = layer.Projection("self_attn.o_proj", size.Hidden, shape.QueryRows, bias),
                        Kernel = new AttentionKernel(index, shape),
                        Norm = new QueryKeyNorm(
                            layer.RmsNorm("self_attn.q_norm", shape.QueryRows, epsilon, NormScale.Wide),
                            layer.RmsNorm("self_attn.k_norm", shape.KeyValueRows, epsilon, NormScale.Wide),
                            acrossHeads: true),
                        Rotary = turns,
                    },
                    AfterAttention = layer.RmsNorm("post_attention_layernorm", size.Hidden, epsilon, NormScale.Wide),
                    Mlp = layer.GatedMlp("mlp", size.Hidden, inner, activation),
                    AfterMlp = layer.RmsNorm("post_feedforward_layernorm", size.Hidden, epsilon, NormScale.Wide),
                }),
                Norm = parts.RmsNorm("model.norm", size.Hidden, epsilon, NormScale.Wide),
                Head = new LogitHead(parts.Head("lm_head", embedding, tied, size)),
            };
        };
    }
}

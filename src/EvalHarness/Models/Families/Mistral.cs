using Loragate.EvalHarness.Models.Configs;
using Loragate.EvalHarness.Models.Layers;
using Loragate.EvalHarness.Models.Positions;
using Loragate.EvalHarness.Models.Weights;

namespace Loragate.EvalHarness.Models.Families;

/// <summary>Mistral (Jiang et al., arXiv 2310.06825): Llama's layer without biases, each token seeing one window back.</summary>
internal sealed class Mistral : ModelFamily
{
    public override string Name => "mistral";

    private protected override Func<PartReader, Decoder> Read(ConfigReader config)
    {
        var size = DecoderSize.Read(config);
        var shape = AttentionShape.ReadGrouped(config, size.Hidden);
        var rotary = RotaryPlan.Read(config, shape.HeadSize);
        var windows = LayerWindows.Uniform(config, size.Layers);
        var (inner, activation) = (config.Size("intermediate_size"), Activation.Read(config));
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
                    BeforeAttention = layer.RmsNorm("input_layernorm", size.Hidden, epsilon),
                    Attention = new Attention
                    {
                        QueryKeyValue = layer.QueryKeyValue("self_attn", shape, size.Hidden, bias: false),
                        Output = layer.Projection("self_attn.o_proj", size.Hidden, shape.QueryRows, bias: false),
                        Kernel = new AttentionKernel(index, shape) { Window = windows[index] },
                        Rotary = turns,
                    },
                    BeforeMlp = layer.RmsNorm("post_attention_layernorm", size.Hidden, epsilon),
                    Mlp = layer.GatedMlp("mlp", size.Hidden, inner, activation),
                }),
                Norm = parts.RmsNorm("model.norm", size.Hidden, epsilon),
                Head = new LogitHead(parts.Head("lm_head", embedding, tied, size)),
            };
        };
    }
}

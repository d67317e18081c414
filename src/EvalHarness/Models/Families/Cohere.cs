using Loragate.EvalHarness.Models.Configs;
using Loragate.EvalHarness.Models.Layers;
using Loragate.EvalHarness.Models.Positions;
using Loragate.EvalHarness.Models.Weights;

namespace Loragate.EvalHarness.Models.Families;

/// <summary>Command R (Cohere, 2024): attention and MLP side by side behind one norm without bias, rotary positions of neighbours, scaled logits.</summary>
internal sealed class Cohere : ModelFamily
{
    public override string Name => "cohere";

    private protected override Func<PartReader, Decoder> Read(ConfigReader config)
    {
        var size = DecoderSize.Read(config);
        var shape = AttentionShape.Read(config, size.Hidden);
        var rotary = RotaryPlan.Read(config, shape.HeadSize, new RotaryKeys { AbsentTheta = null, Pairs = RotaryPairs.Neighbours });
        var (inner, activation) = (config.Size("intermediate_size"), Activation.Read(config));
        var bias = config.Flag("attention_bias", absent: false);
        config.Require("use_qk_norm", false, absent: false);
        var logitScale = config.Number("logit_scale");
        var epsilon = config.Number("layer_norm_eps");
        var tied = config.Flag("tie_word_embeddings", absent: true);
        return parts =>
        {
            var embedding = parts.Embedding("model.embed_tokens", size);
            var turns = parts.Rotary(rotary);
            return new Decoder
            {
                Size = size,
                Embedding = embedding,
                Layers = parts.Layers("model.layers", size.Layers, (layer, index) => new ParallelLayer
                {
                    AttentionNorm = layer.LayerNorm("input_layernorm", size.Hidden, epsilon, bias: false),
                    Attention = new Attention
                    {
                        QueryKeyValue = layer.QueryKeyValue("self_attn", shape, size.Hidden, bias),
                        Output = layer.Projection("self_attn.o_proj", size.Hidden, shape.QueryRows, bias),
                        Kernel = new AttentionKernel(index, shape),
                        Rotary = turns,
                    },
                    Mlp = layer.GatedMlp("mlp", size.Hidden, inner, activation),
                }),
                Norm = parts.LayerNorm("model.norm", size.Hidden, epsilon, bias: false),
                Head = new LogitHead(parts.Head("lm_head", embedding, tied, size)) { Scale = logitScale },
            };
        };
    }
}

using Loragate.EvalHarness.Models.Configs;
using Loragate.EvalHarness.Models.Layers;
using Loragate.EvalHarness.Models.Positions;
using Loragate.EvalHarness.Models.Weights;

namespace Loragate.EvalHarness.Models.Families;

/// <summary>Phi-1.5 and Phi-2 (Li et al., arXiv 2309.05463): attention and MLP side by side behind one norm, biases everywhere, heads that are turned in part.</summary>
internal sealed class Phi : ModelFamily
{
    public override string Name => "phi";

    private protected override Func<PartReader, Decoder> Read(ConfigReader config)
    {
        var size = DecoderSize.Read(config);
        var shape = AttentionShape.Read(config, size.Hidden);
        var rotary = RotaryPlan.Read(config, shape.HeadSize, new RotaryKeys { AbsentShare = 0.5 });
        var (inner, activation) = (config.Size("intermediate_size"), Activation.Read(config));
        config.Require("qk_layernorm", false, absent: false);
        var epsilon = config.Number("layer_norm_eps");
        config.Require("tie_word_embeddings", false, absent: false);
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
                    AttentionNorm = layer.LayerNorm("input_layernorm", size.Hidden, epsilon),
                    Attention = new Attention
                    {
                        QueryKeyValue = layer.QueryKeyValue("self_attn", shape, size.Hidden, bias: true),
                        Output = layer.Projection("self_attn.dense", size.Hidden, shape.QueryRows, bias: true),
                        Kernel = new AttentionKernel(index, shape),
                        Rotary = turns,
                    },
                    Mlp = new PlainMlp(
                        layer.Projection("mlp.fc1", inner, size.Hidden, bias: true),
                        layer.Projection("mlp.fc2", size.Hidden, inner, bias: true),
                        activation),
                }),
                Norm = parts.LayerNorm("model.final_layernorm", size.Hidden, epsilon),
                Head = new LogitHead(parts.Projection("lm_head", size.Vocabulary, size.Hidden, bias: true)),
            };
        };
    }
}

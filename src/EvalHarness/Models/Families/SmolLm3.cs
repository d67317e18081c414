using Loragate.EvalHarness.Models.Configs;
using Loragate.EvalHarness.Models.Layers;
using Loragate.EvalHarness.Models.Positions;
using Loragate.EvalHarness.Models.Weights;

namespace Loragate.EvalHarness.Models.Families;

/// <summary>SmolLM3 (Hugging Face, 2025): Llama's layer, where every few layers have no positions (Yang et al., arXiv 2501.18795).</summary>
internal sealed class SmolLm3 : ModelFamily
{
    public override string Name => "smollm3";

    private protected override Func<PartReader, Decoder> Read(ConfigReader config)
    {
        var size = DecoderSize.Read(config);
        var shape = AttentionShape.ReadGrouped(config, size.Hidden);
        var rotary = RotaryPlan.Read(config, shape.HeadSize, new RotaryKeys { AbsentTheta = null });
        var turned = ReadTurned(config, size.Layers);
        LayerWindows.RequireNone(config, size.Layers);
        var (inner, activation) = (config.Size("intermediate_size"), Activation.Read(config));
        var (attentionBias, mlpBias) = (config.Flag("attention_bias", absent: false), config.Flag("mlp_bias", absent: false));
        var epsilon = config.Number("rms_norm_eps");
        var tied = config.Flag("tie_word_embeddings", absent: true);
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
                        QueryKeyValue = layer.QueryKeyValue("self_attn", shape, size.Hidden, attentionBias),
                        Output = layer.Projection("self_attn.o_proj", size.Hidden, shape.QueryRows, attentionBias),
                        Kernel = new AttentionKernel(index, shape),
                        Rotary = turned[index] ? turns : null,
                    },
                    BeforeMlp = layer.RmsNorm("post_attention_layernorm", size.Hidden, epsilon),
                    Mlp = layer.GatedMlp("mlp", size.Hidden, inner, activation, mlpBias),
                }),
                Norm = parts.RmsNorm("model.norm", size.Hidden, epsilon),
                Head = new LogitHead(parts.Head("lm_head", embedding, tied, size)),
            };
        };
    }

    /// <summary><c>no_rope_layers</c> has 1 for each layer with positions; where it is absent, all but each <c>no_rope_layer_interval</c>-th have them.</summary>
    private static List<bool> ReadTurned(ConfigReader config, int layers)
    {
        var interval = config.OptionalSize("no_rope_layer_interval");
        return config.OptionalIntegers("no_rope_layers", layers, 0, 1)?.Select(i => i == 1).ToList()
            ?? [.. Enumerable.Range(1, layers).Select(i => i % (interval ?? throw config.Fault("no_rope_layers", "this key is missing")) != 0)];
    }
}

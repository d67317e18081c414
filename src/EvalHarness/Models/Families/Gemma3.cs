using Loragate.EvalHarness.Models.Configs;
using Loragate.EvalHarness.Models.Layers;
using Loragate.EvalHarness.Models.Positions;
using Loragate.EvalHarness.Models.Weights;

namespace Loragate.EvalHarness.Models.Families;

/// <summary>Gemma 3, text (arXiv 2503.19786): Gemma 2's layer with a norm on each head of query and key; layers with a window have rotary positions of their own.</summary>
internal sealed class Gemma3 : ModelFamily
{
    public override string Name => "gemma3_text";

    private protected override Func<PartReader, Decoder> Read(ConfigReader config)
    {
        var size = DecoderSize.Read(config);
        var shape = AttentionShape.ReadGrouped(config, size.Hidden);
        var (full, sliding) = ReadRotary(config, shape.HeadSize);
        var period = config.OptionalSize("sliding_window_pattern") ?? config.OptionalSize("_sliding_window_pattern") ?? 6;
        var windows = LayerWindows.Alternating(config, size.Layers, period);
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
            var (fullTurns, slidingTurns) = (parts.Rotary(full), parts.Rotary(sliding));
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
                        Norm = new QueryKeyNorm(
                            layer.RmsNorm("self_attn.q_norm", shape.HeadSize, epsilon, NormScale.AroundOne),
                            layer.RmsNorm("self_attn.k_norm", shape.HeadSize, epsilon, NormScale.AroundOne),
                            acrossHeads: false),
                        Rotary = windows[index] is null ? fullTurns : slidingTurns,
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

    /// <summary>By kind of layer, or as older configs say it: the stretching is the full layers', the sliding ones have a θ of their own.</summary>
    private static (RotaryPlan Full, RotaryPlan Sliding) ReadRotary(ConfigReader config, int headSize)
    {
        if (config.Has("rope_parameters"))
        {
            var plans = RotaryPlan.ReadKinds(config, headSize, "full_attention", "sliding_attention");
            return (plans[0], plans[1]);
        }
        var full = RotaryPlan.Read(config, headSize, new RotaryKeys { AbsentTheta = null });
        return (full, full with { Theta = config.Number("rope_local_base_freq"), Scaling = new DefaultRotaryScaling() });
    }
}

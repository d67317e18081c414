using Loragate.EvalHarness.Models.Configs;
using Loragate.EvalHarness.Models.Layers;
using Loragate.EvalHarness.Models.Positions;
using Loragate.EvalHarness.Models.Weights;

namespace Loragate.EvalHarness.Models.Families;

/// <summary>Qwen3-MoE (arXiv 2505.09388): Qwen3 with a mixture of gated MLPs in every layer.</summary>
internal sealed class Qwen3Moe : ModelFamily
{
    public override string Name => "qwen3_moe";

    private protected override Func<PartReader, Decoder> Read(ConfigReader config)
    {
        var size = DecoderSize.Read(config);
        var shape = AttentionShape.ReadGrouped(config, size.Hidden);
        var rotary = RotaryPlan.Read(config, shape.HeadSize);
        LayerWindows.RequireNone(config, size.Layers);
        var (inner, activation) = (config.Size("moe_intermediate_size"), Activation.Read(config));
        var experts = ReadExperts(config);
        var active = config.Integer("num_experts_per_tok", 1, experts);
        config.Require("decoder_sparse_step", 1);
        config.RequireNothing("mlp_only_layers");
        config.Ignore("intermediate_size");
        var renormalises = config.Flag("norm_topk_prob", absent: false);
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
                    BeforeAttention = layer.RmsNorm("input_layernorm", size.Hidden, epsilon),
                    Attention = new Attention
                    {
                        QueryKeyValue = layer.QueryKeyValue("self_attn", shape, size.Hidden, bias),
                        Output = layer.Projection("self_attn.o_proj", size.Hidden, shape.QueryRows, bias),
                        Kernel = new AttentionKernel(index, shape),
                        Norm = new QueryKeyNorm(
                            layer.RmsNorm("self_attn.q_norm", shape.HeadSize, epsilon),
                            layer.RmsNorm("self_attn.k_norm", shape.HeadSize, epsilon),
                            acrossHeads: false),
                        Rotary = turns,
                    },
                    BeforeMlp = layer.RmsNorm("post_attention_layernorm", size.Hidden, epsilon),
                    Mlp = new SparseMlp(
                        layer.Projection("mlp.gate", experts, size.Hidden, bias: false),
                        [.. Enumerable.Range(0, experts).Select(e => layer.GatedMlp($"mlp.experts.{e}", size.Hidden, inner, activation))],
                        active,
                        renormalises),
                }),
                Norm = parts.RmsNorm("model.norm", size.Hidden, epsilon),
                Head = new LogitHead(parts.Head("lm_head", embedding, tied, size)),
            };
        };
    }

    /// <summary>Older configs say <c>num_experts</c>, newer ones <c>num_local_experts</c>.</summary>
    private static int ReadExperts(ConfigReader config)
    {
        var (older, newer) = (config.OptionalSize("num_experts"), config.OptionalSize("num_local_experts"));
        if (older is { } a && newer is { } b && a != b)
            throw config.Fault("num_experts", $"{a}, and num_local_experts is {b}");
        return newer ?? older ?? throw config.Fault("num_experts", "this key is missing");
    }
}

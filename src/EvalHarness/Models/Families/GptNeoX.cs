using Loragate.EvalHarness.Models.Configs;
using Loragate.EvalHarness.Models.Layers;
using Loragate.EvalHarness.Models.Positions;
using Loragate.EvalHarness.Models.Weights;

namespace Loragate.EvalHarness.Models.Families;

/// <summary>GPT-NeoX (Black et al., arXiv 2204.06745; Pythia): attention and MLP side by side behind two norms, heads that are turned in part.</summary>
internal sealed class GptNeoX : ModelFamily
{
    public override string Name => "gpt_neox";

    private protected override Func<PartReader, Decoder> Read(ConfigReader config)
    {
        var size = DecoderSize.Read(config);
        var shape = AttentionShape.ReadUngrouped(config, size.Hidden);
        var rotary = RotaryPlan.Read(config, shape.HeadSize, new RotaryKeys { Theta = "rotary_emb_base", Share = "rotary_pct", AbsentShare = 0.25 });
        var (inner, activation) = (config.Size("intermediate_size"), Activation.Read(config));
        config.Require("attention_bias", true, absent: true);
        config.Require("use_parallel_residual", true, absent: true);
        var epsilon = config.Number("layer_norm_eps");
        var tied = config.Flag("tie_word_embeddings", absent: false);
        return parts =>
        {
            var body = parts.At("gpt_neox");
            var embedding = body.Embedding("embed_in", size);
            var turns = parts.Rotary(rotary);
            parts.AcceptInert(".attention.bias", ".attention.masked_bias", ".rotary_emb.inv_freq");
            return new Decoder
            {
                Size = size,
                Embedding = embedding,
                Layers = body.Layers("layers", size.Layers, (layer, index) => new ParallelLayer
                {
                    AttentionNorm = layer.LayerNorm("input_layernorm", size.Hidden, epsilon),
                    Attention = new Attention
                    {
                        QueryKeyValue = layer.Projection("attention.query_key_value", shape.StackedRows, size.Hidden, bias: true),
                        Order = HeadOrder.Interleaved,
                        Output = layer.Projection("attention.dense", size.Hidden, size.Hidden, bias: true),
                        Kernel = new AttentionKernel(index, shape),
                        Rotary = turns,
                    },
                    MlpNorm = layer.LayerNorm("post_attention_layernorm", size.Hidden, epsilon),
                    Mlp = new PlainMlp(
                        layer.Projection("mlp.dense_h_to_4h", inner, size.Hidden, bias: true),
                        layer.Projection("mlp.dense_4h_to_h", size.Hidden, inner, bias: true),
                        activation),
                }),
                Norm = body.LayerNorm("final_layer_norm", size.Hidden, epsilon),
                Head = new LogitHead(parts.Head("embed_out", embedding, tied, size)),
            };
        };
    }
}

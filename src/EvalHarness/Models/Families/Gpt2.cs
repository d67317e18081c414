using Loragate.EvalHarness.Models.Configs;
using Loragate.EvalHarness.Models.Layers;
using Loragate.EvalHarness.Models.Weights;

namespace Loragate.EvalHarness.Models.Families;

/// <summary>GPT-2 (Radford et al., 2019): learned positions, LayerNorm before each branch, a plain MLP, matrices stored (in, out).</summary>
internal sealed class Gpt2 : ModelFamily
{
    public override string Name => "gpt2";

    private protected override Func<PartReader, Decoder> Read(ConfigReader config)
    {
        var size = DecoderSize.Read(config, "n_embd", "n_layer", "n_positions");
        var shape = AttentionShape.ReadUngrouped(config, size.Hidden, "n_head");
        var inner = config.OptionalSize("n_inner") ?? 4L * size.Hidden;
        var activation = Activation.Read(config, "activation_function");
        config.Require("scale_attn_weights", true, absent: true);
        config.Require("scale_attn_by_inverse_layer_idx", false, absent: false);
        config.Require("reorder_and_upcast_attn", false, absent: false);
        config.Require("add_cross_attention", false, absent: false);
        config.Ignore("n_ctx", "task_specific_params", "summary_activation", "summary_first_dropout", "summary_proj_to_labels", "summary_type", "summary_use_proj");
        var epsilon = config.Number("layer_norm_epsilon");
        var tied = config.Flag("tie_word_embeddings", absent: true);
        return parts =>
        {
            var body = parts.AtBody("transformer", "wte.weight");
            var embedding = body.Embedding("wte", size);
            parts.AcceptInert(".attn.bias", ".attn.masked_bias");
            return new Decoder
            {
                Size = size,
                Embedding = embedding,
                Positions = body.LearnedPositions("wpe", size.MaxLength, size.Hidden, first: 0),
                Layers = body.Layers("h", size.Layers, (layer, index) => new SequentialLayer
                {
                    BeforeAttention = layer.LayerNorm("ln_1", size.Hidden, epsilon),
                    Attention = new Attention
                    {
                        QueryKeyValue = layer.TransposedProjection("attn.c_attn", shape.StackedRows, size.Hidden),
                        Output = layer.TransposedProjection("attn.c_proj", size.Hidden, size.Hidden),
                        Kernel = new AttentionKernel(index, shape),
                    },
                    BeforeMlp = layer.LayerNorm("ln_2", size.Hidden, epsilon),
                    Mlp = new PlainMlp(
                        layer.TransposedProjection("mlp.c_fc", inner, size.Hidden),
                        layer.TransposedProjection("mlp.c_proj", size.Hidden, inner),
                        activation),
                }),
                Norm = body.LayerNorm("ln_f", size.Hidden, epsilon),
                Head = new LogitHead(parts.Head("lm_head", embedding, tied, size)),
            };
        };
    }
}

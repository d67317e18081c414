namespace Loragate.Artifacts.Adapters;

public sealed class AdapterKeyTests
{
    [Theory]
    [InlineData("base_model.model.m.q.lora_A.weight", "m.q", AdapterPart.LoraA)]
    [InlineData("base_model.model.m.q.lora_B.bias", "m.q", AdapterPart.LoraBias)]
    [InlineData("base_model.model.m.q.lora_A", "m.q", AdapterPart.AdaA)]
    [InlineData("base_model.model.m.experts.base_layer.lora_B.weight", "m.experts.base_layer", AdapterPart.LoraB)]
    [InlineData("base_model.model.m.q.lora_magnitude_vector.weight", "m.q", AdapterPart.Magnitude)]
    [InlineData("base_model.model.e.lora_embedding_B", "e", AdapterPart.EmbeddingB)]
    [InlineData("base_model.model.e.token_adapter.trainable_tokens_delta", "e", AdapterPart.TokenRows)]
    [InlineData("base_model.model.e.trainable_tokens_delta", "e", AdapterPart.OnlyTokenRows)]
    [InlineData("base_model.model.q.hada_t2", "q", AdapterPart.Hadamard2Core)]
    [InlineData("base_model.model.q.lokr_w1_a", "q", AdapterPart.Kronecker1A)]
    [InlineData("base_model.model.q.lokr_w1", "q", AdapterPart.Kronecker1)]
    [InlineData("base_model.model.m.norm.ln_tuning_layers.weight", "m.norm", AdapterPart.TunedWeight)]
    [InlineData("base_model.model.h.0.ln_1.ln_tuning_layers.bias", "h.0.ln_1", AdapterPart.TunedBias)]
    [InlineData("base_model.model.lm_head.weight", "lm_head", AdapterPart.Weight)]
    [InlineData("base_model.model.q.lora_C.weight", "q.lora_C", AdapterPart.Weight)]
    [InlineData("base_model.model.q.scale", "q.scale", AdapterPart.Other)]
    [InlineData("base_model.vera_B", "", AdapterPart.SharedB)]
    public void A_name_is_read_by_its_end(string name, string module, AdapterPart part) =>
        Assert.Equal(new AdapterKey(module, part), AdapterKey.Parse(name));

    [Theory]
    [InlineData("model.q.lora_A.weight")]
    [InlineData("base_model.q.lora_A.weight")]
    [InlineData("base_model.vera_C")]
    [InlineData("")]
    public void A_name_without_the_prefix_is_none(string name) => Assert.Null(AdapterKey.Parse(name));

    [Theory]
    [InlineData("base_model.model.q.lora_A.default.weight", "base_model.model.q.lora_A.weight")]
    [InlineData("base_model.model.q.lora_embedding_A.default", "base_model.model.q.lora_embedding_A")]
    [InlineData("base_model.model.norm.ln_tuning_layers.default.bias", "base_model.model.norm.ln_tuning_layers.bias")]
    [InlineData("base_model.model.mlp.ln_tuning_layers.default.up.weight", "base_model.model.mlp.ln_tuning_layers.default.up.weight")]
    [InlineData("base_model.model.default.lora_A.weight", "base_model.model.default.lora_A.weight")]
    [InlineData("base_model.model.q.lora_A.default.other.weight", "base_model.model.q.lora_A.default.other.weight")]
    public void The_adapters_own_name_is_taken_out_where_a_state_dict_has_it(string name, string expected) =>
        Assert.Equal(expected, AdapterKey.WithoutAdapterName(name));
}

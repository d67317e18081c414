using Loragate.EvalHarness.Models;
using Loragate.Testing;

namespace Loragate.Tuning.Methods;

public sealed class ModulePathTests
{
    [Theory]
    [InlineData("model.layers.3.self_attn.q_proj", 3)]
    [InlineData("model.layers.3.block_sparse_moe.experts.1.w1", 3)]
    [InlineData("transformer.h.11.attn.c_attn", 11)]
    [InlineData("lm_head", null)]
    public void The_layer_is_the_first_number_and_experts_are_none(string path, int? layer) => Assert.Equal(layer, ModulePath.LayerOf(path));

    [Fact]
    [Trait(SharedFolder.Category, SharedFolder.Name)]
    public void A_layer_is_not_taken_for_there_because_an_expert_has_its_number()
    {
        Assert.SkipUnless(SharedFolder.IsPresent, SharedFolder.Absent);
        using var model = Sample.Load(SharedFolder.PathTo("vectors", "models", "mixtral"), Precision.Float32);
        var beyond = model.Layers;
        var fault = Assert.Throws<TuningException>(() => new LoraMethod { Layers = [0, beyond] }.Start(model, 0));
        Assert.Contains($"layer {beyond}: the model has no such layer", fault.Message);
    }
}

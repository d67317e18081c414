using Loragate.EvalHarness.Models;
using Loragate.Testing;

namespace Loragate.Tuning.Methods;

/// <summary>Methods that a family has no place for, as docs/models.md tells.</summary>
[Trait(SharedFolder.Category, SharedFolder.Name)]
public sealed class RefusedModelTests
{
    [Theory]
    [InlineData("gemma")]
    [InlineData("gemma2")]
    [InlineData("gemma3")]
    [InlineData("granite")]
    public void Prompt_tuning_refuses_an_embedding_that_is_scaled(string family)
    {
        Assert.SkipUnless(SharedFolder.IsPresent, SharedFolder.Absent);
        using var model = Load(family);
        Assert.Contains("virtual tokens before an embedding that is scaled have two readings", Assert.Throws<ModelException>(() => new PromptMethod { Tokens = 2 }.Start(model, 0)).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("mixtral")]
    [InlineData("qwen3_moe")]
    public void Bottlenecks_refuse_a_mixture_of_experts(string family)
    {
        Assert.SkipUnless(SharedFolder.IsPresent, SharedFolder.Absent);
        using var model = Load(family);
        Assert.Contains("no attention and MLP that end in one linear module each", Assert.Throws<TuningException>(() => new BottleneckMethod { Size = 2 }.Start(model, 0)).Message, StringComparison.Ordinal);
    }

    private static LanguageModel Load(string family) => Sample.Load(SharedFolder.PathTo("vectors", "models", family), Precision.Float32);
}

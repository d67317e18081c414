using Loragate.EvalHarness.Models.Configs;
using Loragate.EvalHarness.Models.Layers;
using Loragate.EvalHarness.Models.Weights;

namespace Loragate.EvalHarness.Models.Families;

/// <summary>
/// An architecture: what its config says and which parts it is made of. The config is understood first, without weights; what it says is a
/// recipe by which the model is put together, once or again around another adapter.
/// </summary>
internal abstract class ModelFamily
{
    /// <summary>All families, by <see cref="Name"/>.</summary>
    public static IReadOnlyList<ModelFamily> All { get; } =
    [
        new Cohere(), new Gemma(), new Gemma2(), new Gemma3(), new Gpt2(), new GptNeoX(), new Granite(), new Llama(), new Mistral(), new Mixtral(),
        new Olmo2(), new Opt(), new Phi(), new Phi3(), new Qwen2(), new Qwen3(), new Qwen3Moe(), new SmolLm3(), new StableLm(),
    ];

    /// <summary>The <c>model_type</c> of configs.</summary>
    public abstract string Name { get; }

    /// <summary>Understands a whole config.</summary>
    /// <returns>The recipe.</returns>
    /// <exception cref="ModelException">A key is missing, wrong, contradictory, or not understood.</exception>
    public Func<PartReader, Decoder> Understand(ConfigReader config)
    {
        var recipe = Read(config);
        config.RefuseUnread();
        return recipe;
    }

    /// <summary>Reads every key that matters.</summary>
    private protected abstract Func<PartReader, Decoder> Read(ConfigReader config);
}

using Loragate.EvalHarness.Models.Configs;
using static TorchSharp.torch;

namespace Loragate.EvalHarness.Models.Layers;

/// <summary>The nonlinearity of an MLP, by the names that configs use.</summary>
internal sealed class Activation
{
    private static readonly Dictionary<string, Activation> ByName = new(StringComparer.Ordinal)
    {
        ["silu"] = new(x => x.silu()),
        ["swish"] = new(x => x.silu()),
        ["gelu"] = new(x => x.gelu()),
        ["gelu_new"] = new(GeluTanh),
        ["gelu_fast"] = new(GeluTanh),
        ["gelu_pytorch_tanh"] = new(GeluTanh),
        ["relu"] = new(x => x.relu()),
    };

    private readonly Func<Tensor, Tensor> _of;

    private Activation(Func<Tensor, Tensor> of) => _of = of;

    /// <summary>Reads the activation's name.</summary>
    public static Activation Read(ConfigReader config, string key = "hidden_act")
    {
        var name = config.OptionalText(key) ?? throw config.Fault(key, "this key is missing");
        return ByName.GetValueOrDefault(name) ?? throw config.Fault(key, $"'{name}' is not supported ({string.Join(", ", ByName.Keys)} are)");
    }

    /// <summary>
    /// Reads the activation of families whose configs may carry two names. "gelu" alone is read as the exact form by some versions of
    /// transformers and as the tanh form by others, so it is refused.
    /// </summary>
    public static Activation ReadGelu(ConfigReader config)
    {
        var (older, newer) = (config.OptionalText("hidden_act"), config.OptionalText("hidden_activation"));
        if (older is not null && newer is not null && older != newer)
            throw config.Fault("hidden_act", $"'{older}' differs from hidden_activation '{newer}'");
        if (newer is null && older == "gelu")
            throw config.Fault("hidden_act", "'gelu' without hidden_activation has two readings");
        return Read(config, newer is null ? "hidden_act" : "hidden_activation");
    }

    public Tensor Of(Tensor x) => _of(x);

    /// <summary>x·Φ(x) by the tanh approximation (Hendrycks and Gimpel, arXiv 1606.08415).</summary>
    private static Tensor GeluTanh(Tensor x) => x.gelu(TorchSharp.Modules.GELU.Approximate.tanh);
}

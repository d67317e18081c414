using static TorchSharp.torch;

namespace Loragate.EvalHarness.Models;

/// <summary>The nonlinearity of an MLP's gate, by the names that configs use.</summary>
internal sealed class Activation
{
    private static readonly Dictionary<string, Activation> ByName = new(StringComparer.Ordinal)
    {
        ["silu"] = new(x => x.silu()),
        ["swish"] = new(x => x.silu()),
        ["gelu"] = new(x => x.gelu()),
        ["gelu_new"] = new(GeluTanh),
        ["gelu_pytorch_tanh"] = new(GeluTanh),
    };

    private readonly Func<Tensor, Tensor> _of;

    private Activation(Func<Tensor, Tensor> of) => _of = of;

    public static IEnumerable<string> Names => ByName.Keys;

    public static Activation? Find(string name) => ByName.GetValueOrDefault(name);

    public Tensor Of(Tensor x) => _of(x);

    /// <summary>x·Φ(x) by the tanh approximation (Hendrycks and Gimpel, arXiv 1606.08415).</summary>
    private static Tensor GeluTanh(Tensor x) => x.gelu(TorchSharp.Modules.GELU.Approximate.tanh);
}

using Loragate.Artifacts;
using static TorchSharp.torch;

namespace Loragate.Tuning.Methods;

/// <summary>Parameters before the first step.</summary>
internal static class Initial
{
    /// <summary>
    /// A ~ U(−1/√in, 1/√in), (rows, in): Kaiming's uniform initialisation with a = √5, as PEFT begins (He et al., arXiv 1502.01852). Numbers come from a stream that
    /// the parameter's name keys, so no order matters.
    /// </summary>
    public static Tensor Uniform(string name, ulong seed, long rows, long columns, ScalarType type, Device device)
    {
        var stream = Philox.Stream("initial", seed, name, 0);
        var bound = 1 / Math.Sqrt(columns);
        var numbers = new double[checked(rows * columns)];
        for (var i = 0; i < numbers.Length; i++)
            numbers[i] = bound * stream.Symmetric((ulong)i);
        return Leaf(() => tensor(numbers, [rows, columns], dtype: type, device: device));
    }

    /// <summary>Zeros.</summary>
    public static Tensor Zeros(ScalarType type, Device device, params long[] shape) => Leaf(() => zeros(shape, dtype: type, device: device));

    /// <summary>A tensor of its own that requires a gradient.</summary>
    public static Tensor Leaf(Func<Tensor> make)
    {
        using var scope = NewDisposeScope();
        return make().detach().clone().requires_grad_(true).DetachFromDisposeScope();
    }
}

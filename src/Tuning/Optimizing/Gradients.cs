using Loragate.Tuning.Methods;
using TorchSharp;
using static TorchSharp.torch;

namespace Loragate.Tuning.Optimizing;

/// <summary>The gradients of all parameters as one vector.</summary>
internal static class Gradients
{
    private const double Guard = 1e-6;

    /// <summary>Forgets them.</summary>
    public static void Clear(IReadOnlyList<Parameter> parameters)
    {
        foreach (var parameter in parameters)
        {
            parameter.Value.grad?.Dispose();
            parameter.Value.grad = null;
        }
    }

    /// <summary>Their norm; where it is above the limit they are shortened to it (Pascanu et al., arXiv 1211.5063), as torch's clip_grad_norm_ does.</summary>
    /// <param name="parameters">The parameters.</param>
    /// <param name="limit">The limit; null for none.</param>
    /// <returns>The norm before.</returns>
    public static double Clip(IReadOnlyList<Parameter> parameters, double? limit)
    {
        using var still = no_grad();
        using var scope = NewDisposeScope();
        List<Tensor> gradients = [.. parameters.Select(p => p.Value.grad).OfType<Tensor>()];
        var norm = Math.Sqrt(gradients.Sum(g => (g * g).sum().to_type(ScalarType.Float64).item<double>()));
        if (limit is { } most && most / (norm + Guard) is < 1 and var factor)
        {
            using var shorter = factor.ToScalar();
            gradients.ForEach(g => g.mul_(shorter));
        }
        return norm;
    }
}

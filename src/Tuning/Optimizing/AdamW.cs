using Loragate.EvalHarness.Models.Layers;
using Loragate.Tuning.Methods;
using TorchSharp;
using static TorchSharp.torch;

namespace Loragate.Tuning.Optimizing;

/// <summary>
/// AdamW (Loshchilov and Hutter, arXiv 1711.05101), its roundings in PyTorch's order: θ ← θ − ηλθ, m ← m + (1 − β₁)(g − m), v ← β₂v + (1 − β₂)g²,
/// θ ← θ − η/(1 − β₁ᵗ) · m / (√v/√(1 − β₂ᵗ) + ε). A parameter without a gradient stays, its moments too.
/// </summary>
internal sealed class AdamW : IDisposable
{
    private static readonly Scalar One = 1.ToScalar();

    private readonly AdamWOptions _options;
    private readonly IReadOnlyList<Parameter> _parameters;
    private readonly Scalar _epsilon;
    private readonly Scalar _beta2;
    private readonly Scalar _new1;
    private readonly Scalar _new2;

    public AdamW(IReadOnlyList<Parameter> parameters, AdamWOptions options)
    {
        (_parameters, _options) = (parameters, options);
        (_epsilon, _beta2, _new1, _new2) = (options.Epsilon.ToScalar(), options.Beta2.ToScalar(), (1 - options.Beta1).ToScalar(), (1 - options.Beta2).ToScalar());
        Means = [.. parameters.Select(p => zeros_like(p.Value, requires_grad: false).DetachFromDisposeScope())];
        Squares = [.. parameters.Select(p => zeros_like(p.Value, requires_grad: false).DetachFromDisposeScope())];
    }

    /// <summary>m of each parameter.</summary>
    public IReadOnlyList<Tensor> Means { get; }

    /// <summary>v of each parameter.</summary>
    public IReadOnlyList<Tensor> Squares { get; }

    /// <summary>One step along the parameters' gradients.</summary>
    /// <param name="step">t, from 1.</param>
    /// <param name="rate">η.</param>
    public void Step(int step, double rate)
    {
        using var still = no_grad();
        using var decay = (1 - rate * _options.WeightDecay).ToScalar();
        using var root = Math.Sqrt(1 - Math.Pow(_options.Beta2, step)).ToScalar();
        using var size = (-rate / (1 - Math.Pow(_options.Beta1, step))).ToScalar();
        for (var i = 0; i < _parameters.Count; i++)
        {
            using var scope = NewDisposeScope();
            if (_parameters[i].Value.grad is not { } gradient)
                continue;
            var (value, mean, square) = (_parameters[i].Value, Means[i], Squares[i]);
            value.mul_(decay);
            mean.add_(gradient.Minus(mean), _new1);
            square.mul_(_beta2).addcmul_(gradient, gradient, _new2);
            value.addcdiv_(mean, square.sqrt().div_(root).add_(_epsilon, One), size);
        }
    }

    public void Dispose()
    {
        foreach (var moment in Means.Concat(Squares))
            moment.Dispose();
    }
}

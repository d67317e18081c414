using Loragate.Artifacts.Adapters;
using Loragate.EvalHarness.Models;
using Loragate.EvalHarness.Models.Adapters;
using Loragate.EvalHarness.Models.Layers;
using TorchSharp;
using static TorchSharp.torch;

namespace Loragate.Tuning.Methods;

/// <summary>
/// One module's factors in training: y ← y + s·B A drop(x). DoRA: y ← y + (f − 1) ⊙ W drop(x) + f ⊙ s·B A drop(x) with f = m/‖W + s·B A‖ by row, whose norm
/// is a constant for the gradient (the paper's section 4.3) and is renewed once a step.
/// </summary>
internal sealed class LoraChange : LinearChange, IDisposable
{
    private static readonly Scalar One = 1.ToScalar();
    private static readonly Scalar MinusOne = (-1).ToScalar();

    private readonly Tensor _weight;
    private readonly Tensor _a;
    private readonly Tensor _b;
    private readonly Tensor? _magnitude;
    private readonly Scalar _scale;
    private readonly Dropout _dropout;
    private Tensor? _norm;

    private LoraChange(string module, Tensor weight, Tensor a, Tensor b, Tensor? magnitude, double scale, Dropout dropout)
    {
        (Module, _weight, _a, _b, _magnitude, _scale, _dropout) = (module, weight, a, b, magnitude, scale.ToScalar(), dropout);
        var name = AdapterKey.Prefix + module;
        Parameters = [new($"{name}.lora_A.weight", a), new($"{name}.lora_B.weight", b), .. magnitude is null ? Array.Empty<Parameter>() : [new($"{name}.lora_magnitude_vector", magnitude)]];
    }

    /// <summary>The module's path.</summary>
    public string Module { get; }

    /// <summary>A, B and m, by PEFT's names.</summary>
    public IReadOnlyList<Parameter> Parameters { get; }

    /// <summary>Factors before the first step: B = 0, m = ‖W‖, so the model answers as the base.</summary>
    public static LoraChange Create(string module, Tensor weight, AdapterConfig config, LanguageModel model, ulong seed, Dropout dropout)
    {
        var (rank, type) = (config.RankOf(module), model.ParameterType());
        var (rows, columns) = (weight.shape[0], weight.shape[1]);
        return new LoraChange(
            module,
            weight.alias().DetachFromDisposeScope(),
            Initial.Uniform(module, seed, rank, columns, type, model.Device),
            Initial.Zeros(type, model.Device, rows, rank),
            config.UseDora ? Initial.Leaf(() => Norm(weight.to_type(type))) : null,
            config.ScaleOf(module),
            dropout);
    }

    /// <summary>‖W + s·B A‖ by row, from the factors as they are now.</summary>
    public void RefreshNorm()
    {
        if (_magnitude is null)
            return;
        using var still = no_grad();
        using var scope = NewDisposeScope();
        _norm?.Dispose();
        _norm = Norm(_weight.to_type(_a.dtype).Plus(_b.matmul(_a) * _scale)).DetachFromDisposeScope();
    }

    public override void Apply(Tensor x, Tensor rows)
    {
        using var scope = NewDisposeScope();
        var input = _dropout.Of(x.to_type(_a.dtype), Module);
        var update = nn.functional.linear(nn.functional.linear(input, _a), _b) * _scale;
        if (_magnitude is not null)
        {
            var factor = _magnitude / _norm!;
            var plain = _dropout.IsActive ? nn.functional.linear(input.to_type(_weight.dtype), _weight) : rows.clone();
            update = (plain.to_type(_a.dtype) * factor.Plus(MinusOne)).Plus(factor * update);
        }
        rows.add_(update.to_type(rows.dtype), One);
    }

    public void Dispose()
    {
        _weight.Dispose();
        _norm?.Dispose();
        foreach (var parameter in Parameters)
            parameter.Value.Dispose();
    }

    private static Tensor Norm(Tensor matrix) => (matrix * matrix).sum(-1).sqrt();
}

using TorchSharp;
using static TorchSharp.torch;

namespace Loragate.EvalHarness.Models.Layers;

/// <summary>Hidden states (n, hidden) → logits (n, vocabulary) in float32: c·tanh(s·(x Wᵀ + b) / c).</summary>
internal sealed class LogitHead(Projection projection)
{
    // Held: see docs/decisions/0007-scalars-are-held.md.
    private readonly Scalar? _scale;
    private readonly Scalar? _cap;

    /// <summary>s; null for 1.</summary>
    public double? Scale
    {
        init => _scale = value?.ToScalar();
    }

    /// <summary>c; null for none.</summary>
    public double? Cap
    {
        init => _cap = value?.ToScalar();
    }

    public Tensor Of(Tensor hidden)
    {
        var logits = projection.Of(hidden).ToWide();
        if (_scale is not null)
            logits = logits * _scale;
        return _cap is null ? logits : logits.div(_cap).tanh().mul(_cap);
    }
}

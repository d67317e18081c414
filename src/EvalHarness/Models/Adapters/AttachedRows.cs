using TorchSharp;
using static TorchSharp.torch;

namespace Loragate.EvalHarness.Models.Adapters;

/// <summary>The update of an embedding, live: row t of the table gains s·B·A[:, t] (PEFT, lora/layer.py, Embedding). Factors are float32.</summary>
/// <param name="a">A as its transpose, (vocabulary, r).</param>
/// <param name="b">B, (hidden, r).</param>
/// <param name="scale">s.</param>
internal sealed class AttachedRows(Tensor a, Tensor b, double scale)
{
    // Held: see docs/decisions/0007-scalars-are-held.md.
    private readonly Scalar _scale = scale.ToScalar();

    /// <summary>What the rows of tokens (T) gain: (T, hidden) in <paramref name="type"/>.</summary>
    public Tensor Of(Tensor tokens, ScalarType type) => (nn.functional.linear(a.index_select(0, tokens), b) * _scale).to_type(type);
}

using Loragate.EvalHarness.Models.Layers;
using static TorchSharp.torch;

namespace Loragate.EvalHarness.Models.Adapters;

/// <summary>
/// A bottleneck behind a branch of a layer, before the branch is added to what came in: y ← y + U·gelu(D·y + d) + u (Houlsby et al., arXiv 1902.00751).
/// The module's own bias, which comes later, is a part of d and u.
/// </summary>
public sealed class BottleneckChange : LinearChange
{
    /// <summary>D, (bottleneck, out).</summary>
    public required Tensor Down { get; init; }

    /// <summary>d, (bottleneck).</summary>
    public required Tensor DownBias { get; init; }

    /// <summary>U, (out, bottleneck).</summary>
    public required Tensor Up { get; init; }

    /// <summary>u, (out).</summary>
    public required Tensor UpBias { get; init; }

    /// <inheritdoc/>
    public override void Apply(Tensor x, Tensor rows)
    {
        ArgumentNullException.ThrowIfNull(rows);
        using var scope = NewDisposeScope();
        var y = rows.clone().to_type(Down.dtype);
        rows.copy_(y.Plus(nn.functional.linear(nn.functional.linear(y, Down, DownBias).gelu(), Up, UpBias)));
    }
}

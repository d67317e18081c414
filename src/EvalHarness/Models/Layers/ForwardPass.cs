using Loragate.EvalHarness.Models.Positions;

namespace Loragate.EvalHarness.Models.Layers;

/// <summary>What all layers of one pass share.</summary>
/// <param name="plan">Which token sees which.</param>
/// <param name="angles">The turns of the pass's tokens by each rotary embedding of the model.</param>
internal sealed class ForwardPass(AttentionPlan plan, IReadOnlyDictionary<RotaryEmbedding, RotaryAngles> angles)
{
    public AttentionPlan Plan => plan;

    public RotaryAngles Angles(RotaryEmbedding rotary) => angles[rotary];
}

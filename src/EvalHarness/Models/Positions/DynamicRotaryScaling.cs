using Loragate.EvalHarness.Models.Configs;

namespace Loragate.EvalHarness.Models.Positions;

/// <summary>
/// Dynamic NTK scaling (rope_type "dynamic" of transformers): θ grows for sequences beyond <c>max_position_embeddings</c>. No sequence here is
/// longer, so frequencies stay as they are.
/// </summary>
internal sealed record DynamicRotaryScaling : RotaryScaling
{
    public static DynamicRotaryScaling Read(ConfigReader rope)
    {
        _ = rope.Number("factor");
        return new DynamicRotaryScaling();
    }

    public override float[] Frequencies(float[] periods, double theta) => [.. periods.Select(p => 1 / p)];
}

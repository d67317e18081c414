using Loragate.EvalHarness.Models.Configs;

namespace Loragate.EvalHarness.Models.Positions;

/// <summary>Position interpolation: f / s (Chen et al., arXiv 2306.15595).</summary>
/// <param name="Factor">s.</param>
internal sealed record LinearRotaryScaling(double Factor) : RotaryScaling
{
    public static LinearRotaryScaling Read(ConfigReader rope) => new(rope.Number("factor"));

    public override float[] Frequencies(float[] periods, double theta) => [.. periods.Select(p => 1 / p / (float)Factor)];
}

namespace Loragate.EvalHarness.Models;

/// <summary>Position interpolation: f / s (Chen et al., arXiv 2306.15595).</summary>
/// <param name="Factor">s.</param>
internal sealed record LinearRotaryScaling(double Factor) : RotaryScaling
{
    public static LinearRotaryScaling Read(ConfigReader rope) => new(rope.Number("factor"));

    public override float[] Scale(float[] frequencies, double theta) => [.. frequencies.Select(f => f / (float)Factor)];
}

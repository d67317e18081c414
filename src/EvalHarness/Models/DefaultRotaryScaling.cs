namespace Loragate.EvalHarness.Models;

/// <summary>No stretching.</summary>
internal sealed record DefaultRotaryScaling : RotaryScaling
{
    public override float[] Scale(float[] frequencies, double theta) => frequencies;
}

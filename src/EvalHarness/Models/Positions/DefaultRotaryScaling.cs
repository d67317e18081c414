namespace Loragate.EvalHarness.Models.Positions;

/// <summary>No stretching.</summary>
internal sealed record DefaultRotaryScaling : RotaryScaling
{
    public override float[] Frequencies(float[] periods, double theta) => [.. periods.Select(p => 1 / p)];
}

namespace Loragate.Artifacts.Records.Merging;

/// <summary>How much of an update survived the rounding to the stored type.</summary>
/// <param name="Elements">Weights of the tensor.</param>
/// <param name="Unchanged">Weights whose bits did not change although their update is not zero.</param>
/// <param name="UpdateNorm">‖ΔW‖_F of the exact update.</param>
/// <param name="BaseNorm">‖W‖_F.</param>
/// <param name="LostNorm">‖(W' − W) − ΔW‖_F: what rounding took or added.</param>
public sealed record Fidelity(long Elements, long Unchanged, double UpdateNorm, double BaseNorm, double LostNorm)
{
    /// <summary>‖(W' − W) − ΔW‖ / ‖ΔW‖: 0 is a perfect merge, 1 a lost update.</summary>
    [System.Text.Json.Serialization.JsonIgnore]
    public double ShareLost => UpdateNorm == 0 ? 0 : LostNorm / UpdateNorm;
}

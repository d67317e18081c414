namespace Loragate.Artifacts.Records.Merging;

/// <summary>How much of an update survived the rounding to the stored type.</summary>
/// <param name="Elements">Weights of the tensor.</param>
/// <param name="Unchanged">Weights whose value did not change although their update is not zero.</param>
/// <param name="UpdateNorm">‖ΔW‖_F of the exact update.</param>
/// <param name="BaseNorm">‖W‖_F.</param>
/// <param name="LostNorm">‖(W' − W) − ΔW‖_F: what rounding took or added.</param>
public sealed record Fidelity(long Elements, long Unchanged, double UpdateNorm, double BaseNorm, double LostNorm)
{
    /// <summary>What helps where much of an update is lost.</summary>
    public const string Advice = "Keep the adapter separate, or merge to float32.";

    /// <summary>The furthest that a weight moved, in values that the merged type can hold (units in the last place); null where it was not counted.</summary>
    public long? LargestStep { get; init; }

    /// <summary>Weights that came to lie at ±the largest finite value of the type; null where it was not counted.</summary>
    public long? Saturated { get; init; }

    /// <summary>Weights that became zero although the exact result is not: below half the smallest subnormal number. Null where it was not counted.</summary>
    public long? Flushed { get; init; }

    /// <summary>‖(W' − W) − ΔW‖ / ‖ΔW‖: 0 is a perfect merge, 1 a lost update.</summary>
    [System.Text.Json.Serialization.JsonIgnore]
    public double ShareLost => UpdateNorm == 0 ? 0 : LostNorm / UpdateNorm;

    /// <summary>Unchanged / Elements.</summary>
    [System.Text.Json.Serialization.JsonIgnore]
    public double ShareUnchanged => Elements == 0 ? 0 : (double)Unchanged / Elements;

    /// <summary>The fidelity of several tensors together; norms are the roots of the sums of squares, in the order given.</summary>
    public static Fidelity Total(IEnumerable<Fidelity> tensors)
    {
        ArgumentNullException.ThrowIfNull(tensors);
        var all = tensors.ToList();
        return new Fidelity(all.Sum(f => f.Elements), all.Sum(f => f.Unchanged), Norm(all, f => f.UpdateNorm), Norm(all, f => f.BaseNorm), Norm(all, f => f.LostNorm))
        {
            LargestStep = all.Any(f => f.LargestStep is null) ? null : all.Max(f => f.LargestStep),
            Saturated = all.Any(f => f.Saturated is null) ? null : all.Sum(f => f.Saturated),
            Flushed = all.Any(f => f.Flushed is null) ? null : all.Sum(f => f.Flushed),
        };
    }

    private static double Norm(List<Fidelity> all, Func<Fidelity, double> norm) => Math.Sqrt(all.Sum(f => norm(f) * norm(f)));
}

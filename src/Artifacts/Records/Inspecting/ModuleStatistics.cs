namespace Loragate.Artifacts.Records.Inspecting;

/// <summary>The update ΔW of one module's weight, of another parameter, or of one expert.</summary>
/// <param name="Module">The module's path; behind it the parameter where it is not the weight, and of fused experts the expert's number and the parameter.</param>
/// <param name="Rank">r; 0 where the method has none.</param>
/// <param name="Scale">s; 0 where the method has none.</param>
/// <param name="FrobeniusNorm">‖ΔW‖_F, of whatever is changed or replaced; of a DoRA without a base ‖s·B·A‖_F, which does not show what its magnitudes do.</param>
/// <param name="RelativeNorm">‖ΔW‖_F / ‖W‖_F, where the base was given.</param>
public sealed record ModuleStatistics(string Module, int Rank, double Scale, double FrobeniusNorm, double? RelativeNorm)
{
    private const string Bias = ".bias";

    /// <summary>‖ΔW‖₂, the largest singular value; null where ΔW has no factors that show it. Of a DoRA it is that of s·B·A.</summary>
    public double? SpectralNorm { get; init; }

    /// <summary>
    /// (Σσ²)² / Σσ⁴ over the singular values of ΔW, 1 to r: how many directions carry the update. The exponential of the Rényi entropy of order 2 of
    /// σ²/Σσ²; null where the update is zero or has no factors that show it. Of a DoRA it is that of s·B·A, of a LoKr the product of its factors'.
    /// </summary>
    public double? EffectiveRank { get; init; }

    /// <summary>
    /// The robust z of the norm among modules of the same <see cref="Kind"/>, 0.6745 · (x − median) / MAD (Iglewicz and Hoaglin 1993) of log₂ of the relative norm, or
    /// of the norm without a base; null with fewer than 8 such modules or no spread.
    /// </summary>
    public double? OutlierScore { get; init; }

    /// <summary>What a module is compared with: those of the same last name, "q_proj", or "q_proj.bias".</summary>
    [System.Text.Json.Serialization.JsonIgnore]
    public string Kind => Module.EndsWith(Bias, StringComparison.Ordinal) ? LastName(Module[..^Bias.Length]) + Bias : LastName(Module);

    /// <summary>‖B‖·‖A‖/‖B·A‖ (Frobenius), where the factors cancel so far that it is above 2¹²; null else.</summary>
    public double? Cancellation { get; init; }

    private static string LastName(string path) => path[(path.LastIndexOf('.') + 1)..];
}

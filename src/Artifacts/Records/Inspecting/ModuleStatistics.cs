namespace Loragate.Artifacts.Records.Inspecting;

/// <summary>The update of one module, ΔW.</summary>
/// <param name="Module">The module's path.</param>
/// <param name="Rank">r; 0 where the method has none.</param>
/// <param name="Scale">s; 0 where the method has none.</param>
/// <param name="FrobeniusNorm">‖ΔW‖_F.</param>
/// <param name="RelativeNorm">‖ΔW‖_F / ‖W‖_F, where the base was given.</param>
public sealed record ModuleStatistics(string Module, int Rank, double Scale, double FrobeniusNorm, double? RelativeNorm)
{
    /// <summary>‖ΔW‖₂, the largest singular value; null where ΔW is no product of two factors.</summary>
    public double? SpectralNorm { get; init; }

    /// <summary>
    /// (Σσ²)² / Σσ⁴ over the singular values of ΔW, 1 to r: how many directions carry the update. The exponential of the Rényi entropy of order 2 of
    /// σ²/Σσ²; null where the update is zero or no product of two factors.
    /// </summary>
    public double? EffectiveRank { get; init; }

    /// <summary>
    /// The robust z of the norm among modules of the same type, 0.6745 · (x − median) / MAD (Iglewicz and Hoaglin 1993) of log₂ of the relative norm, or
    /// of the norm without a base; null with fewer than 8 such modules or no spread.
    /// </summary>
    public double? OutlierScore { get; init; }

    /// <summary>‖B‖·‖A‖/‖B·A‖ (Frobenius), where the factors cancel so far that it is above 2¹²; null else.</summary>
    public double? Cancellation { get; init; }
}

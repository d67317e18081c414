using System.Text.Json.Serialization;

namespace Loragate.Artifacts.Records.Extracting;

/// <summary>The certificate of one module: how much of its change a low-rank update holds. Norms are Frobenius norms.</summary>
/// <param name="Module">The module's path in the model's class.</param>
/// <param name="Tensor">The tensor's name in the checkpoints.</param>
/// <param name="Rank">r of the stored factors.</param>
/// <param name="UpdateNorm">‖ΔW‖ of the exact difference tuned − base.</param>
/// <param name="Error">‖ΔW − s·B·A‖, measured on every element from the stored factors, their rounding included.</param>
/// <param name="Captured">Σσ²/‖ΔW‖² over the kept singular values: the share of the energy before the factors are rounded.</param>
/// <param name="StableRank">‖ΔW‖²/σ₁² (Rudelson and Vershynin 2007): the effective rank of the whole change, from 1 up.</param>
/// <param name="SingularValues">The singular values that were kept, falling.</param>
/// <param name="Dropped">The next ones that are known, falling; those beyond are not computed.</param>
/// <param name="Passes">How often the difference was walked through to find them.</param>
public sealed record ExtractedModule(
    string Module,
    string Tensor,
    int Rank,
    double UpdateNorm,
    double Error,
    double Captured,
    double StableRank,
    IReadOnlyList<double> SingularValues,
    IReadOnlyList<double> Dropped,
    int Passes)
{
    /// <summary>‖ΔW − s·B·A‖ / ‖ΔW‖.</summary>
    [JsonIgnore]
    public double RelativeError => Error / UpdateNorm;
}

namespace Loragate.MergeEngine.Kernels;

/// <summary>f = m / ‖W + ΔW‖ (DoRA, Liu et al. 2024, eq. 5).</summary>
internal static class NormFactor
{
    /// <summary>The factor of a row or column.</summary>
    /// <exception cref="NonFiniteException">The norm is zero or not finite.</exception>
    public static double Of(string tensor, string what, int index, double magnitude, double norm) =>
        norm > 0 && double.IsFinite(norm) ? magnitude / norm : throw new NonFiniteException(tensor, $"the norm of {what} {index} is {norm}: DoRA cannot scale it", "Merge into the base that the adapter was trained on.");
}

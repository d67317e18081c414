namespace Loragate.MergeEngine.Kernels;

/// <summary>δ = s · R·C.</summary>
internal sealed class LowRankUpdate(LowRankFactors factors) : UpdateSource
{
    /// <summary>R, C and s.</summary>
    public LowRankFactors Factors => factors;

    /// <inheritdoc/>
    public override void Fill(int firstRow, int rows, Span<double> delta) => RowAccumulator.Fill(factors, firstRow, rows, delta);

    /// <inheritdoc/>
    public override UpdateSource Magnitudes() => new LowRankUpdate(factors.Magnitudes());
}

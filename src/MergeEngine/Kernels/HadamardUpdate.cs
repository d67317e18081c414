using System.Buffers;

namespace Loragate.MergeEngine.Kernels;

/// <summary>δ = s · ((R₁·C₁) ⊙ (R₂·C₂)): both products as low-rank updates of scale 1, their product rounded, then the scale.</summary>
internal sealed class HadamardUpdate(LowRankFactors first, LowRankFactors second, double scale) : UpdateSource
{
    /// <summary>R₁ and C₁.</summary>
    public LowRankFactors First => first;

    /// <summary>R₂ and C₂.</summary>
    public LowRankFactors Second => second;

    /// <summary>s.</summary>
    public double Scale => scale;

    /// <inheritdoc/>
    public override void Fill(int firstRow, int rows, Span<double> delta)
    {
        var rented = ArrayPool<double>.Shared.Rent(delta.Length);
        var other = rented.AsSpan(0, delta.Length);
        RowAccumulator.Fill(first, firstRow, rows, delta);
        RowAccumulator.Fill(second, firstRow, rows, other);
        ScaledProduct.Multiply(delta, other, scale);
        ArrayPool<double>.Shared.Return(rented);
    }

    /// <inheritdoc/>
    public override UpdateSource Magnitudes() => new HadamardUpdate(first.Magnitudes(), second.Magnitudes(), Math.Abs(scale));
}

using Loragate.MergeEngine.Kernels;

namespace Loragate.MergeEngine.Devices;

/// <summary>The canonical arithmetic of one tensor on one device. Blocks of rows come in ascending order.</summary>
/// <param name="work">What is computed.</param>
internal abstract class TensorArithmetic(TensorWork work) : IDisposable
{
    /// <summary>f, one a row or one a column; empty where nothing is scaled. A norm's f of a row is known once the row is merged.</summary>
    public double[] Factors { get; } = work.Scaling switch
    {
        null => [],
        { Kind: ScalingKind.RowNorms } => new double[work.View.Rows],
        { Kind: ScalingKind.ColumnNorms } => new double[work.View.Columns],
        _ => work.Scaling.Values,
    };

    /// <summary>What is computed.</summary>
    protected TensorWork Work { get; } = work;

    /// <summary>Adds v² of v = W + δ₁ + … to the sums of the columns, row by row in ascending order.</summary>
    public abstract void AddSquares(int first, int count, ReadOnlySpan<byte> weights, Span<double> sums);

    /// <summary>Takes the columns' sums of squares: f = m / √sum.</summary>
    /// <exception cref="NonFiniteException">A column is zero or not finite.</exception>
    public void SetColumnNorms(ReadOnlySpan<double> sums)
    {
        for (var i = 0; i < sums.Length; i++)
            Factors[i] = NormFactor.Of(Work.Name, "column", i, Work.Scaling!.Values[i], Math.Sqrt(sums[i]));
    }

    /// <summary>Merges a block of rows.</summary>
    /// <param name="first">Its first row.</param>
    /// <param name="count">Its rows.</param>
    /// <param name="weights">W.</param>
    /// <param name="merged">W'.</param>
    /// <param name="undo">Takes the index of each W in the interval of its W', where the interval has more than one member.</param>
    /// <param name="sums">Takes the fidelity.</param>
    /// <exception cref="NonFiniteException">A W' is NaN or infinite, or a row that DoRA scales is zero.</exception>
    public abstract void Merge(int first, int count, ReadOnlySpan<byte> weights, Span<byte> merged, BitWriter? undo, ref FidelitySums sums);

    /// <summary>Computes the W' of a block of rows and nothing else, to hold a merge against.</summary>
    /// <param name="first">Its first row.</param>
    /// <param name="count">Its rows.</param>
    /// <param name="weights">W.</param>
    /// <param name="merged">W'.</param>
    /// <returns>Whether every W' is finite; where not, the bytes are not to be relied on.</returns>
    /// <exception cref="NonFiniteException">A row that DoRA scales is zero or not finite.</exception>
    public abstract bool Recompute(int first, int count, ReadOnlySpan<byte> weights, Span<byte> merged);

    /// <summary>Restores a block of rows.</summary>
    /// <returns>The first row that no weights give with these indices; null where all were restored.</returns>
    public abstract int? Unmerge(int first, int count, ReadOnlySpan<byte> merged, Span<byte> weights, BitReader undo);

    /// <inheritdoc/>
    public virtual void Dispose() => GC.SuppressFinalize(this);

    /// <summary>The refusal of a row whose result is not finite.</summary>
    protected NonFiniteException NotFinite(int row) => new(Work.Name, $"row {row} has NaN or infinite weights after the merge", "Merge into a wider type (--dtype float32), or train the adapter again.");
}

namespace Loragate.MergeEngine.Kernels;

/// <summary>
/// An update in the orientation of the stored tensor: Δ = s · R·C with R (rows × r) and C (r × columns), row-major, exact in double.
/// A linear layer stores (out, in): R = B, C = A. A Conv1D stores (in, out): R = Aᵀ, C = Bᵀ.
/// </summary>
/// <param name="RowFactor">R.</param>
/// <param name="ColumnFactor">C.</param>
/// <param name="Rank">r.</param>
/// <param name="Columns">Columns of the stored tensor.</param>
/// <param name="Scale">s.</param>
internal sealed record LowRankFactors(double[] RowFactor, double[] ColumnFactor, int Rank, int Columns, double Scale);

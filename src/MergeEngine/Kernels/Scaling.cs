namespace Loragate.MergeEngine.Kernels;

/// <summary>What the rows or columns of a tensor are multiplied by after the updates.</summary>
/// <param name="Kind">Whose factors they are.</param>
/// <param name="Values">The magnitudes m (f = m / the norm), or the factors themselves; one a row or one a column.</param>
internal sealed record Scaling(ScalingKind Kind, double[] Values)
{
    /// <summary>Whether there is one factor a column.</summary>
    public bool IsByColumn => Kind is ScalingKind.ColumnNorms or ScalingKind.ColumnFactors;

    /// <summary>Whether the factors follow from the weights, so that unmerge must be told them.</summary>
    public bool IsNormed => Kind is ScalingKind.RowNorms or ScalingKind.ColumnNorms;
}

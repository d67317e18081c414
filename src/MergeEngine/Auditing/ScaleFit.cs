namespace Loragate.MergeEngine.Auditing;

/// <summary>
/// ŝ: by what factor the update was applied. Weighted least squares over the weights whose update is clearly larger than rounding (|Δ| ≥ 2u) and whose
/// change is of its order (|D| ≤ 64|Δ|), with D = found − W and u the unit in the last place of the largest of base, merge and found. Where each row or
/// column is scaled by a factor that follows from the weights (DoRA), found = a·(W + k·δ) is fitted with an a of its own for each.
/// </summary>
internal sealed class ScaleFit
{
    private const double Clear = 2;
    private const double SameOrder = 64;

    /// <summary>Weights that must tell before anything is said.</summary>
    private const long Fewest = 16;

    /// <summary>The share of clear weights whose change must be of the update's order.</summary>
    private const double Agreeing = 0.9;

    private readonly TensorWalk _walk;
    private readonly GroupSums[]? _groups;
    private long _clear;
    private long _used;
    private double _product;
    private double _square;

    public ScaleFit(TensorWalk walk)
    {
        _walk = walk;
        if (walk.IsNormed)
            _groups = [.. Enumerable.Range(0, walk.IsByColumn ? walk.Columns : walk.Rows).Select(_ => new GroupSums())];
    }

    /// <summary>Takes a row in.</summary>
    public void Add(AuditedRow row)
    {
        for (var column = 0; column < _walk.Columns; column++)
        {
            if (_groups is null)
                Add(row, column);
            else
                _groups[_walk.IsByColumn ? column : row.Index].Add(row.Base[column], row.Updates[0][column], row.Found[column], row.Units[column], Clear);
        }
    }

    /// <summary>ŝ and its standard error from rounding alone; null where too little tells.</summary>
    public (double Scale, double Error)? Estimate()
    {
        if (_groups is not null)
            return GroupSums.Pool(_groups, Fewest);
        if (_used < Fewest || _used < Agreeing * _clear)
            return null;
        return (_product / _square, Math.Sqrt(1 / (12 * _square)));
    }

    /// <summary>Whether the update at a scale explains a weight to within its unit.</summary>
    public bool Explains(AuditedRow row, int column, double scale)
    {
        var unit = row.Units[column];
        if (_groups is null)
            return Math.Abs(row.Found[column] - row.Base[column] - scale * (row.Exact[column] - row.Base[column])) <= unit;
        var factor = _groups[_walk.IsByColumn ? column : row.Index].FactorAt(scale);
        return Math.Abs(row.Found[column] - factor * (row.Base[column] + scale * row.Updates[0][column])) <= unit;
    }

    private void Add(AuditedRow row, int column)
    {
        var unit = row.Units[column];
        var (expected, change) = ((row.Exact[column] - row.Base[column]) / unit, (row.Found[column] - row.Base[column]) / unit);
        if (!(Math.Abs(expected) >= Clear))
            return;
        _clear++;
        if (!(Math.Abs(change) <= SameOrder * Math.Abs(expected)))
            return;
        _used++;
        _product += expected * change;
        _square += expected * expected;
    }
}

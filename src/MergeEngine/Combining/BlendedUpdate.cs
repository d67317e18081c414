using Loragate.MergeEngine.Algebra;

namespace Loragate.MergeEngine.Combining;

/// <summary>
/// The blend of the updates sᵢBᵢAᵢ of one module, computed in rows as often as they are asked for: each update in double, rounded to the
/// precision of <typeparamref name="T"/>, pruned, weighted, combined.
/// </summary>
/// <typeparam name="T">The precision of the elements.</typeparam>
internal sealed class BlendedUpdate<T> : RowSource
    where T : struct, IArithmetic
{
    private readonly Blend _blend;
    private readonly double[] _weights;
    private readonly Update[] _updates;
    private readonly Pruner[] _pruners;

    /// <summary>Prepares the pruning of every update.</summary>
    public BlendedUpdate(ModuleInput module, Blend blend, OrderedProducts products, CancellationToken cancellationToken)
        : base(module.Rows, module.Columns, products)
    {
        _blend = blend;
        _weights = [.. module.Parts.Select(p => T.Round(p.Weight))];
        _updates = [.. module.Parts.Select(p => new Update(p, products))];
        _pruners = [.. _updates.Select((update, i) => Pruner.For(blend, update, module.Path, module.Parts[i].Ordinal, cancellationToken))];
    }

    protected override void Fill(int first, int count, Span<double> rows)
    {
        var updates = new double[_updates.Length][];
        for (var i = 0; i < updates.Length; i++)
        {
            updates[i] = new double[count * Columns];
            _updates[i].Compute(first, count, updates[i]);
            _pruners[i].Apply<T>((long)first * Columns, updates[i]);
        }
        Span<double> values = stackalloc double[Math.Min(updates.Length, 64)];
        values = updates.Length > values.Length ? new double[updates.Length] : values;
        for (var at = 0; at < rows.Length; at++)
        {
            for (var i = 0; i < updates.Length; i++)
                values[i] = updates[i][at];
            rows[at] = _blend.Combine<T>(values, _weights);
        }
    }

    /// <summary>One adapter's update in rows.</summary>
    private sealed class Update(ModulePart part, OrderedProducts products) : RowSource(part.B.Rows, part.A.Columns, products)
    {
        public void Compute(int first, int count, Span<double> rows)
        {
            Products.Multiply(part.B.Values.AsSpan(first * part.B.Columns), count, part.A, rows);
            for (var i = 0; i < rows.Length; i++)
                rows[i] = T.Round(rows[i] * part.Scale);
        }

        protected override void Fill(int first, int count, Span<double> rows) => Compute(first, count, rows);
    }
}

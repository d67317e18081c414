using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Loragate.MergeEngine.Kernels;

/// <summary>
/// What is done to a row of weights: v = f ⊙ (w + δ₁ + δ₂ + …), every operation rounded once, nothing fused. f is one number for the row,
/// or one a column.
/// </summary>
/// <param name="deltas">The updates of the row, <paramref name="stride"/> apart; empty for none.</param>
/// <param name="stride">Distance between the updates of one element.</param>
/// <param name="factor">f of the row; 1 where the columns have factors of their own.</param>
/// <param name="columnFactors">f of each column; empty where the row has one.</param>
internal readonly ref struct RowTerms(ReadOnlySpan<double> deltas, int stride, double factor = 1, ReadOnlySpan<double> columnFactors = default)
{
    private const int Half = LaneSum.Lanes / 2;

    private readonly ReadOnlySpan<double> _deltas = deltas;
    private readonly ReadOnlySpan<double> _columnFactors = columnFactors;

    /// <summary>The same updates with a factor of the row.</summary>
    public RowTerms ScaledBy(double rowFactor) => new(_deltas, stride, rowFactor);

    /// <summary>The same updates with a factor of each column.</summary>
    public RowTerms ScaledBy(ReadOnlySpan<double> factors) => new(_deltas, stride, 1, factors);

    /// <summary>Whether there is one update and nothing else.</summary>
    public bool IsOneUpdate => !_deltas.IsEmpty && _deltas.Length <= stride && factor == 1 && _columnFactors.IsEmpty;

    /// <summary>The first update of the row.</summary>
    public ReadOnlySpan<double> Update => _deltas;

    /// <summary>f of a column.</summary>
    public double FactorAt(int column) => _columnFactors.IsEmpty ? factor : _columnFactors[column];

    /// <summary>v of one weight.</summary>
    public double Value(double weight, int column)
    {
        for (var at = column; at < _deltas.Length; at += stride)
            weight += _deltas[at];
        return weight * FactorAt(column);
    }

    /// <summary>w + δ₁ + … of one weight, before the factor.</summary>
    public double Sum(double weight, int column)
    {
        for (var at = column; at < _deltas.Length; at += stride)
            weight += _deltas[at];
        return weight;
    }

    /// <summary>w + δ₁ + … of sixteen weights, before the factor.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public (Vector512<double> Lower, Vector512<double> Upper) Sum(Vector512<double> lower, Vector512<double> upper, int column)
    {
        ref var delta = ref MemoryMarshal.GetReference(_deltas);
        for (var at = column; at < _deltas.Length; at += stride)
        {
            lower += Vector512.LoadUnsafe(ref delta, (nuint)at);
            upper += Vector512.LoadUnsafe(ref delta, (nuint)at + Half);
        }
        return (lower, upper);
    }

    /// <summary>v of sixteen weights.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public (Vector512<double> Lower, Vector512<double> Upper) Values(Vector512<double> lower, Vector512<double> upper, int column)
    {
        (lower, upper) = Sum(lower, upper, column);
        if (_columnFactors.IsEmpty)
            return (lower * factor, upper * factor);
        ref var f = ref MemoryMarshal.GetReference(_columnFactors);
        return (lower * Vector512.LoadUnsafe(ref f, (nuint)column), upper * Vector512.LoadUnsafe(ref f, (nuint)column + Half));
    }

    /// <summary>v / f − δ₁ − …: near w.</summary>
    public (Vector512<double> Lower, Vector512<double> Upper) Inverse(Vector512<double> lower, Vector512<double> upper, int column)
    {
        if (_columnFactors.IsEmpty)
        {
            (lower, upper) = (lower / factor, upper / factor);
        }
        else
        {
            ref var f = ref MemoryMarshal.GetReference(_columnFactors);
            (lower, upper) = (lower / Vector512.LoadUnsafe(ref f, (nuint)column), upper / Vector512.LoadUnsafe(ref f, (nuint)column + Half));
        }
        ref var delta = ref MemoryMarshal.GetReference(_deltas);
        for (var at = column; at < _deltas.Length; at += stride)
        {
            lower -= Vector512.LoadUnsafe(ref delta, (nuint)at);
            upper -= Vector512.LoadUnsafe(ref delta, (nuint)at + Half);
        }
        return (lower, upper);
    }
}

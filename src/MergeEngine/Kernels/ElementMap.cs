using System.Runtime.CompilerServices;

namespace Loragate.MergeEngine.Kernels;

/// <summary>
/// The map of one element: w → W' = round(f · (w + δ₁ + δ₂ + …)), every operation rounded once, nothing fused.
/// It is monotone over the type's values in the order of sign and magnitude (−0 before +0), so the values that give one W' are an interval.
/// </summary>
/// <typeparam name="TIn">The base's type.</typeparam>
/// <typeparam name="TOut">The merged type.</typeparam>
internal readonly ref struct ElementMap<TIn, TOut>(RowTerms terms, int column)
    where TIn : struct, IWeightFormat
    where TOut : struct, IWeightFormat
{
    private readonly RowTerms _terms = terms;

    /// <summary>f · (w + δ₁ + …) before rounding.</summary>
    public double Value(uint bits) => _terms.Value(TIn.ToDouble(bits), column);

    /// <summary>W' of w.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public uint Apply(uint bits) => TOut.RoundOne(Value(bits));

    /// <summary>All w that give <paramref name="merged"/>, as ordered keys; <paramref name="member"/> is one of them.</summary>
    public (uint First, uint Last) Around(uint member, uint merged)
    {
        var key = OrderedKey<TIn>.Of(member);
        var nearest = TOut.ToDouble(merged);
        if (!NormalCells<TOut>.Holds(nearest))
            nearest = double.NaN;
        else if (IsNarrow(key, nearest, out var below, out var above))
            return (key - below, key + above);
        return (Edge(key, OrderedKey<TIn>.Lowest, merged, nearest, up: false), Edge(key, OrderedKey<TIn>.Highest, merged, nearest, up: true));
    }

    /// <summary>
    /// Whether at most one neighbour on each side shares W', and whether there is one. The four neighbours are tried without a branch: which of
    /// them share is as good as random.
    /// </summary>
    private bool IsNarrow(uint key, double nearest, out uint below, out uint above)
    {
        (below, above) = (0, 0);
        if (key - OrderedKey<TIn>.Lowest < 2 || OrderedKey<TIn>.Highest - key < 2)
            return false;
        below = Shares(key - 1, nearest);
        above = Shares(key + 1, nearest);
        return (Shares(key - 2, nearest) & below | Shares(key + 2, nearest) & above) == 0;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private uint Shares(uint key, double nearest) => NormalCells<TOut>.RoundsTo(nearest, Value(OrderedKey<TIn>.Bits(key))) ? 1u : 0u;

    /// <summary>Some w that gives <paramref name="merged"/>: bisection over all finite values. False where there is none.</summary>
    public bool TryFind(uint merged, out uint member)
    {
        var (low, high) = (OrderedKey<TIn>.Lowest, OrderedKey<TIn>.Highest);
        var target = OrderedKey<TOut>.Of(merged);
        var falls = double.IsNegative(_terms.FactorAt(column));
        while (low < high)
        {
            var middle = low + (high - low) / 2;
            var image = OrderedKey<TOut>.Of(Apply(OrderedKey<TIn>.Bits(middle)));
            var goUp = falls ? image > target : image < target;
            if (goUp)
                low = middle + 1;
            else
                high = middle;
        }
        member = OrderedKey<TIn>.Bits(low);
        return Apply(member) == merged;
    }

    /// <summary>Whether a key's W' is <paramref name="merged"/>; <paramref name="nearest"/> is its value, or NaN where <see cref="NormalCells{T}"/> does not hold it.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private bool Gives(uint key, uint merged, double nearest)
    {
        var bits = OrderedKey<TIn>.Bits(key);
        return double.IsNaN(nearest) ? Apply(bits) == merged : NormalCells<TOut>.RoundsTo(nearest, Value(bits));
    }

    /// <summary>The outermost key with the same image: steps double until the image changes, then bisection.</summary>
    private uint Edge(uint start, uint limit, uint merged, double nearest, bool up)
    {
        var inside = start;
        uint step = 1;
        while (inside != limit)
        {
            var room = up ? limit - inside : inside - limit;
            var next = up ? inside + Math.Min(step, room) : inside - Math.Min(step, room);
            if (!Gives(next, merged, nearest))
                return Bisect(inside, next, merged, nearest);
            inside = next;
            step = Math.Min(step * 2, 1u << 30);
        }
        return inside;
    }

    private uint Bisect(uint inside, uint outside, uint merged, double nearest)
    {
        while ((inside > outside ? inside - outside : outside - inside) > 1)
        {
            var middle = (uint)(((ulong)inside + outside) / 2);
            if (Gives(middle, merged, nearest))
                inside = middle;
            else
                outside = middle;
        }
        return inside;
    }
}

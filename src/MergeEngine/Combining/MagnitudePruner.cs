using Loragate.MergeEngine.Algebra;

namespace Loragate.MergeEngine.Combining;

/// <summary>
/// Keeps the k elements of largest magnitude; among equals those of the lowest index. The k-th magnitude is found by radix selection over
/// the bits of |x| (which order as the values do), sixteen at a time, so a tensor of any size needs four walks and no memory.
/// </summary>
internal sealed class MagnitudePruner : Pruner
{
    private const int DigitBits = 16;
    private const ulong Magnitude = long.MaxValue;

    private readonly ulong _threshold;
    private readonly long _lastEqual;

    private MagnitudePruner(ulong threshold, long lastEqual) => (_threshold, _lastEqual) = (threshold, lastEqual);

    /// <summary>The pruner that leaves <paramref name="kept"/> elements of a tensor.</summary>
    public static MagnitudePruner Of(RowSource tensor, long kept, CancellationToken cancellationToken)
    {
        if (kept <= 0)
            return new MagnitudePruner(ulong.MaxValue, -1);
        var (prefix, wanted) = (0UL, kept);
        for (var shift = 64 - DigitBits; shift >= 0; shift -= DigitBits)
            (prefix, wanted) = Narrow(tensor, prefix, wanted, shift, cancellationToken);
        return new MagnitudePruner(prefix, IndexOfEqual(tensor, prefix, wanted, cancellationToken));
    }

    public override void Apply<T>(long firstIndex, Span<double> values)
    {
        for (var i = 0; i < values.Length; i++)
        {
            var key = KeyOf(values[i]);
            if (key < _threshold || (key == _threshold && firstIndex + i > _lastEqual))
                values[i] = 0;
        }
    }

    /// <summary>One more digit of the k-th largest key, and how many of those that share all digits so far are wanted.</summary>
    private static (ulong Prefix, long Wanted) Narrow(RowSource tensor, ulong prefix, long wanted, int shift, CancellationToken cancellationToken)
    {
        var counts = new long[1 << DigitBits];
        tensor.Walk((_, count, values) =>
        {
            foreach (var value in values.AsSpan(0, count * tensor.Columns))
            {
                var key = KeyOf(value);
                if (shift == 64 - DigitBits || (key ^ prefix) >> (shift + DigitBits) == 0)
                    counts[(key >> shift) & ((1 << DigitBits) - 1)]++;
            }
        }, cancellationToken);
        var digit = counts.Length - 1;
        while (counts[digit] < wanted)
            wanted -= counts[digit--];
        return (prefix | ((ulong)digit << shift), wanted);
    }

    /// <summary>The index of the last element that equals the threshold and stays.</summary>
    private static long IndexOfEqual(RowSource tensor, ulong threshold, long wanted, CancellationToken cancellationToken)
    {
        var index = -1L;
        tensor.Walk((first, count, values) =>
        {
            for (var i = 0; i < count * tensor.Columns && wanted > 0; i++)
            {
                if (KeyOf(values[i]) == threshold && --wanted == 0)
                    index = (long)first * tensor.Columns + i;
            }
        }, cancellationToken);
        return index;
    }

    private static ulong KeyOf(double value) => BitConverter.DoubleToUInt64Bits(value) & Magnitude;
}

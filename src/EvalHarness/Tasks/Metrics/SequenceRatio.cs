using Loragate.EvalHarness.Text;

namespace Loragate.EvalHarness.Tasks.Metrics;

/// <summary>
/// Python's <c>difflib.SequenceMatcher(None, a, b).ratio()</c>: 2·M/T with M the characters in matching blocks (Ratcliff and Metzener 1988) and T those of
/// both texts. As there, in texts of 200 characters or more those that make up over a hundredth of b match only beside others.
/// </summary>
internal sealed class SequenceRatio
{
    private const int PopularFrom = 200;

    private readonly string[] _a;
    private readonly string[] _b;
    private readonly Dictionary<string, List<int>> _places = new(StringComparer.Ordinal);

    private SequenceRatio(string[] a, string[] b)
    {
        (_a, _b) = (a, b);
        for (var i = 0; i < b.Length; i++)
        {
            if (!_places.TryGetValue(b[i], out var places))
                _places.Add(b[i], places = []);
            places.Add(i);
        }
        if (b.Length < PopularFrom)
            return;
        foreach (var popular in _places.Where(entry => entry.Value.Count > (b.Length / 100) + 1).Select(static entry => entry.Key).ToList())
            _places.Remove(popular);
    }

    /// <summary>The ratio, 0 to 1.</summary>
    public static double Of(string a, string b)
    {
        string[] left = [.. CodePoints.Split(a)], right = [.. CodePoints.Split(b)];
        return 2.0 * new SequenceRatio(left, right).CountMatches() / (left.Length + right.Length);
    }

    private int CountMatches()
    {
        var matches = 0;
        var open = new Stack<(int FromA, int ToA, int FromB, int ToB)>([(0, _a.Length, 0, _b.Length)]);
        while (open.TryPop(out var range))
        {
            var (a, b, size) = Longest(range.FromA, range.ToA, range.FromB, range.ToB);
            if (size == 0)
                continue;
            matches += size;
            open.Push((range.FromA, a, range.FromB, b));
            open.Push((a + size, range.ToA, b + size, range.ToB));
        }
        return matches;
    }

    /// <summary>The longest block that both ranges have; of equals the first in a, then in b. It grows over popular characters beside it.</summary>
    private (int A, int B, int Size) Longest(int fromA, int toA, int fromB, int toB)
    {
        var (bestA, bestB, best) = (fromA, fromB, 0);
        var ending = new Dictionary<int, int>();
        for (var i = fromA; i < toA; i++)
        {
            var next = new Dictionary<int, int>();
            foreach (var j in _places.GetValueOrDefault(_a[i]) ?? [])
            {
                if (j < fromB)
                    continue;
                if (j >= toB)
                    break;
                var size = next[j] = ending.GetValueOrDefault(j - 1) + 1;
                if (size > best)
                    (bestA, bestB, best) = (i - size + 1, j - size + 1, size);
            }
            ending = next;
        }
        while (bestA > fromA && bestB > fromB && _a[bestA - 1] == _b[bestB - 1])
            (bestA, bestB, best) = (bestA - 1, bestB - 1, best + 1);
        while (bestA + best < toA && bestB + best < toB && _a[bestA + best] == _b[bestB + best])
            best++;
        return (bestA, bestB, best);
    }
}

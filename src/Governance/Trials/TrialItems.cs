using System.Numerics;
using Loragate.Artifacts.Records.Training;
using Loragate.Governance.Deciding;
using Loragate.Governance.Statistics;

namespace Loragate.Governance.Trials;

/// <summary>A model's scores, read once to be held against those of many others: of a thousand trials each is compared with each.</summary>
internal sealed class TrialItems
{
    private const int BitsPerWord = 64;
    private readonly TrialScore _score;
    private readonly double[] _values;
    private readonly ulong[]? _right;

    public TrialItems(TrialScore score)
    {
        (_score, _values) = (score, [.. score.Scores]);
        _right = _values.All(value => value is 0 or 1) ? Bits(_values) : null;
    }

    /// <summary>Whether all scores are yes or no.</summary>
    public bool AreShares => _right is not null;

    /// <summary>Holds these scores against another model's on the same items.</summary>
    public TrialComparison Against(TrialItems other) => (_right, other._right) is ({ } right, { } others) ? Compare(right, others) : Compare(other);

    /// <summary>As a policy's procedures take them.</summary>
    /// <param name="other">The other model's; null for these alone.</param>
    public ItemScores ToScores(TrialItems? other) => new()
    {
        Candidate = _values,
        Base = other?._values,
        Clusters = null,
        Slices = null,
        Golds = [],
        CandidateFlips = [],
        BaseFlips = null,
        Range = null,
        Task = _score.Task,
        Seed = 0,
        Evidence = [],
    };

    private static ulong[] Bits(double[] values)
    {
        var bits = new ulong[(values.Length + BitsPerWord - 1) / BitsPerWord];
        for (var i = 0; i < values.Length; i++)
            bits[i / BitsPerWord] |= values[i] is 1 ? 1UL << i % BitsPerWord : 0;
        return bits;
    }

    private TrialComparison Compare(ulong[] right, ulong[] others)
    {
        var (gained, lost) = (0, 0);
        for (var i = 0; i < right.Length; i++)
        {
            gained += BitOperations.PopCount(right[i] & ~others[i]);
            lost += BitOperations.PopCount(others[i] & ~right[i]);
        }
        return new TrialComparison(gained, lost, new PairedShareEstimate(gained, lost, _values.Length));
    }

    private TrialComparison Compare(TrialItems other)
    {
        var (gained, lost) = (0, 0);
        for (var i = 0; i < _values.Length; i++)
        {
            gained += _values[i] > other._values[i] ? 1 : 0;
            lost += _values[i] < other._values[i] ? 1 : 0;
        }
        var estimate = _values.Length > 1 ? ToScores(other).Improvement(lowerIsBetter: false, isBootstrap: false) : null;
        return new TrialComparison(gained, lost, estimate ?? new UnvaryingEstimate(_values.Zip(other._values, (one, another) => one - another).Average(), -1, 1, _values.Length, null));
    }
}

using Loragate.Artifacts.Records.Merging;

namespace Loragate.MergeEngine.Kernels;

/// <summary>The sums of a tensor's fidelity; rows are added in ascending order.</summary>
internal struct FidelitySums
{
    private long _elements;
    private long _unchanged;
    private double _update;
    private double _base;
    private double _lost;
    private uint _largestStep;
    private long _saturated;
    private long _flushed;

    /// <summary>Adds one row's counts and squared norms.</summary>
    public void Add(int elements, in RowCounts counts, double update, double baseNorm, double lost)
    {
        _elements += elements;
        _unchanged += counts.Unchanged;
        _update += update;
        _base += baseNorm;
        _lost += lost;
        _largestStep = Math.Max(_largestStep, counts.LargestStep);
        _saturated += counts.Saturated;
        _flushed += counts.Flushed;
    }

    /// <summary>The norms and counts.</summary>
    public readonly Fidelity ToFidelity() => new(_elements, _unchanged, Math.Sqrt(_update), Math.Sqrt(_base), Math.Sqrt(_lost))
    {
        LargestStep = _largestStep,
        Saturated = _saturated,
        Flushed = _flushed,
    };
}

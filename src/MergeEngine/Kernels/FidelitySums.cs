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

    /// <summary>Adds one row's squared norms.</summary>
    public void Add(int elements, int unchanged, double update, double baseNorm, double lost)
    {
        _elements += elements;
        _unchanged += unchanged;
        _update += update;
        _base += baseNorm;
        _lost += lost;
    }

    /// <summary>The norms.</summary>
    public readonly Fidelity ToFidelity() => new(_elements, _unchanged, Math.Sqrt(_update), Math.Sqrt(_base), Math.Sqrt(_lost));
}

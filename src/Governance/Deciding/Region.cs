using Loragate.Governance.Statistics;

namespace Loragate.Governance.Deciding;

/// <summary>Where a true value must lie: strictly between two limits, of which the upper may be infinite.</summary>
/// <param name="Low">The lower limit.</param>
/// <param name="High">The upper limit, or infinity.</param>
/// <param name="Origin">What reports subtract from estimate, bounds and limits: the neutral share.</param>
internal sealed record Region(double Low, double High, double Origin = 0)
{
    private bool IsTwoSided => double.IsFinite(High);

    /// <summary>The limit as reports write it: the lower one, or ± it where there are two.</summary>
    public double Threshold => IsTwoSided ? High - Origin : Low - Origin;

    /// <summary>Whether the one-sided bounds lie inside.</summary>
    public bool Holds(double lower, double upper) => lower > Low && (!IsTwoSided || upper < High);

    /// <summary>p of "the true value lies inside": of the two one-sided tests, where there are two. Below α just where the bounds at α lie inside.</summary>
    public double ShownP(Estimate estimate) =>
        Tost.P(double.IsFinite(Low) ? estimate.PAbove(Low) : 0, IsTwoSided ? estimate.PBelow(High) : 0);

    /// <summary>p of "the true value lies outside". Of two disjoint one-sided tests at most one can reject, so the smaller p is theirs.</summary>
    public double FailureP(Estimate estimate) =>
        Math.Clamp(Math.Min(estimate.PBelow(Low), IsTwoSided ? estimate.PAbove(High) : 1), 0, 1);

    /// <summary>Whether the point lies inside.</summary>
    public bool Contains(double value) => value > Low && value < High;

    /// <summary>How far a point is from the nearer limit.</summary>
    public double Distance(double value) => Math.Min(Math.Abs(value - Low), IsTwoSided ? Math.Abs(value - High) : double.PositiveInfinity);

    /// <summary>Whether the lower limit is the nearer one.</summary>
    public bool IsLowNearer(double value) => !IsTwoSided || Math.Abs(value - Low) <= Math.Abs(value - High);
}

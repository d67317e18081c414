namespace Loragate.Governance.Statistics;

/// <summary>A two-sided interval, or two one-sided bounds.</summary>
/// <param name="Lower">The lower bound.</param>
/// <param name="Upper">The upper bound.</param>
public readonly record struct Bounds(double Lower, double Upper);

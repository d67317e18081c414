namespace Loragate.Governance.Signing.Timestamps;

/// <summary>A moment at which a signature existed, whatever its signer says.</summary>
/// <param name="Time">The latest moment that the time stamp allows, its accuracy included, UTC.</param>
/// <param name="Authority">Who says so: the subject of the time-stamping authority's certificate.</param>
public sealed record ProvedTime(DateTimeOffset Time, string Authority);

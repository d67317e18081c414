namespace Loragate.Artifacts.Records.Evaluating;

/// <summary>An evaluation row that overlaps with a training set.</summary>
/// <param name="Id">The row in the data file, from 0.</param>
/// <param name="Share">The share of the row's windows that the training set has, above 0 and at most 1.</param>
public sealed record OverlappingRow(int Id, double Share);

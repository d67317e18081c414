namespace Loragate.Artifacts.Records.Evaluating;

/// <summary>One task of a contamination report.</summary>
/// <param name="Name">The task's name.</param>
/// <param name="TaskDigest">SHA-256 of the task file with its includes.</param>
/// <param name="DataDigest">SHA-256 of the data file.</param>
/// <param name="Rows">How many rows were looked at.</param>
/// <param name="TooShort">Those among them whose texts are all too short to be looked for: nothing is known of them.</param>
/// <param name="Overlapping">Those that share a window with the training set.</param>
public sealed record ScreenedTask(string Name, Digest TaskDigest, Digest DataDigest, int Rows, int TooShort, IReadOnlyList<OverlappingRow> Overlapping);

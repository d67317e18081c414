namespace Loragate.Artifacts.Records.Planning;

/// <summary>A task that will be scored, by content.</summary>
/// <param name="Name">The policy's name for it.</param>
/// <param name="TaskDigest">SHA-256 of the task file with its includes.</param>
/// <param name="DataDigest">SHA-256 of the data file.</param>
/// <param name="Items">How many rows are scored, from the first on.</param>
public sealed record PlannedTask(string Name, Digest TaskDigest, Digest DataDigest, int Items);

namespace Loragate.Artifacts.Records.Deciding;

/// <summary>What was measured, by content: a policy means what it says only together with these files.</summary>
/// <param name="Name">The policy's name for the task.</param>
/// <param name="TaskDigest">SHA-256 of the task file with its includes.</param>
/// <param name="DataDigest">SHA-256 of the data file.</param>
/// <param name="Pinned">Whether the policy itself demands these digests.</param>
/// <param name="Imported">True where another program made the scores, of weights that nobody proved; null otherwise.</param>
/// <param name="Remote">True where a server gave the scores, by weights that nobody proved; null otherwise.</param>
public sealed record MeasuredTask(string Name, Digest TaskDigest, Digest DataDigest, bool Pinned, bool? Imported = null, bool? Remote = null);

namespace Loragate.Artifacts.Records.Merging;

/// <summary>A checkpoint by content.</summary>
/// <param name="Name">The folder's name, for people.</param>
/// <param name="ConfigDigest">SHA-256 of <c>config.json</c>.</param>
/// <param name="WeightsDigest">SHA-256 over the canonical JSON of every tensor's name, type, shape and SHA-256.</param>
public sealed record CheckpointIdentity(string Name, Digest ConfigDigest, Digest WeightsDigest);

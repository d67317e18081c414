namespace Loragate.Artifacts.Records.Deciding;

/// <summary>The policy that was applied.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Version">Its version.</param>
/// <param name="Digest">SHA-256 of its file.</param>
public sealed record PolicyIdentity(string Name, string Version, Digest Digest);

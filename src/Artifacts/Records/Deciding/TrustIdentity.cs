namespace Loragate.Artifacts.Records.Deciding;

/// <summary>The trust policy that said who counts.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Version">Its version.</param>
/// <param name="Digest">SHA-256 that covers its file and every key file.</param>
public sealed record TrustIdentity(string Name, string Version, Digest Digest);

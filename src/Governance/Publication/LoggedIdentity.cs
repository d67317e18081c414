using Loragate.Artifacts;

namespace Loragate.Governance.Publication;

/// <summary>A policy or trust policy in a ledger's entry.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Version">Its version.</param>
/// <param name="Sha256">Its digest.</param>
public sealed record LoggedIdentity(string Name, string Version, Digest Sha256);

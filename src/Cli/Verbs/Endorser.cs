using Loragate.Artifacts.Records.Deciding;
using Loragate.Governance.Signing;
using Loragate.Governance.Trust;

namespace Loragate.Cli.Verbs;

/// <summary>Somebody who signs about a dossier that was found to hold.</summary>
/// <param name="Folder">The dossier.</param>
/// <param name="Decision">Its decision.</param>
/// <param name="Signer">Who signs.</param>
/// <param name="Trust">The trust policy, the one that the gate was given; null where only the gate's key is known.</param>
internal sealed record Endorser(string Folder, Decision Decision, Signer Signer, TrustPolicy? Trust);

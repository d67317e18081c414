using Loragate.Artifacts.Records.Deciding;
using Loragate.Governance.Keys;
using Loragate.Governance.Publication;
using Loragate.Governance.Signing;
using Loragate.Governance.Trust;

namespace Loragate.Cli.Verbs;

/// <summary>Somebody who signs about a dossier that was found to hold.</summary>
/// <param name="Folder">The dossier.</param>
/// <param name="Decision">Its decision.</param>
/// <param name="Signer">Who signs.</param>
/// <param name="Trust">The trust policy, the one that the gate was given; null where only the gate's key is known.</param>
internal sealed record Endorser(string Folder, Decision Decision, Signer Signer, TrustPolicy? Trust)
{
    /// <summary>Why the gate will not count him, as far as the dossier and the trust policy tell; null where nothing speaks against it.</summary>
    /// <param name="barsAuthors">Whether what he signs does not count of an author.</param>
    /// <param name="now">When he signs.</param>
    public string? Objection(bool barsAuthors, DateTimeOffset now)
    {
        var gate = Path.Combine(Folder, DossierProofs.PublicKeyFile);
        if (File.Exists(gate) && VerificationKey.Read(gate).Hint == Signer.Key.Public.Hint)
            return "it is signed with the gate's own key";
        return barsAuthors && Trust?.Find(Signer, now) is { } id && Decision.Authors?.Contains(id) is true ? $"'{id}' is an author of this adapter" : null;
    }
}

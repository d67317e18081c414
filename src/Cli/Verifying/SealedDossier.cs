using Loragate.Artifacts.Folders;
using Loragate.Artifacts.Records;
using Loragate.Artifacts.Records.Deciding;
using Loragate.Governance.Dossiers;
using Loragate.Governance.Keys;
using Loragate.Governance.Signing;
using Loragate.Governance.Trust;

namespace Loragate.Cli.Verifying;

/// <summary>The decision of a dossier, after the whole dossier was verified: nobody signs about what does not hold.</summary>
internal static class SealedDossier
{
    /// <summary>Keeps the gate away while somebody signs.</summary>
    /// <exception cref="DossierException">No dossier, or a gate works on it.</exception>
    public static FileStream Lock(string folder) => Directory.Exists(folder) && Dossier.IsDossier(folder)
        ? DossierLock.Acquire(folder)
        : throw new DossierException(folder, "no dossier", "Give the dossier of a gate that ended.");

    /// <summary>Adds what somebody signs; what this signer has signed before in the same words is kept.</summary>
    /// <returns>Whether it was signed now.</returns>
    public static bool Add(string folder, string file, Statement statement, Signer signer)
    {
        var path = Path.Combine(folder, file);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        var earlier = File.Exists(path) ? File.ReadAllBytes(path) : null;
        var bundle = Attestation.SignOrKeep(statement, signer, earlier);
        AtomicFile.Write(path, bundle);
        return bundle != earlier;
    }

    /// <summary>Verifies a dossier and reads its decision; null where it does not hold, which is then told.</summary>
    /// <param name="tool">The tool.</param>
    /// <param name="folder">The dossier.</param>
    /// <param name="gate">Who is trusted to have sealed it.</param>
    /// <param name="policy">The trust policy, which must be the one that the gate was given; null where only the gate's key is known.</param>
    /// <param name="log">The ledger's key; null proves nothing of the ledger.</param>
    /// <param name="cancellationToken">Stops hashing.</param>
    /// <exception cref="DossierException">Its gate asked for nobody's word.</exception>
    public static Decision? Read(Tool tool, string folder, SignerTrust gate, TrustPolicy? policy, LedgerVerifier? log, CancellationToken cancellationToken)
    {
        var findings = FolderVerifier.CheckDossier(new VerifyRequest(folder, null, gate, log, new ExpectedInputs(null, null, null)), cancellationToken).Findings;
        foreach (var finding in findings)
            tool.Screen.Say($"Does not hold: {finding}");
        if (findings.Count > 0)
        {
            tool.Screen.Say(findings.All(finding => finding.IsByStranger)
                ? $"Nothing was signed: the key that sealed the dossier does not count{(log is null && policy is not null ? " today. Where it did when the ledger logged the decision, give the ledger's key with --vkey FILE" : "")}."
                : "Nothing was signed: the dossier is not the one that the gate sealed, or its decision does not follow from its evidence.");
            return null;
        }
        var decision = Record.ReadFile<Decision>(Path.Combine(folder, Dossier.DecisionFile));
        if (decision.Trust is not { } used)
            throw new DossierException(folder, "its gate was given no trust policy, so nobody's word counts", "Run the gate again with --trust.");
        return policy is null || policy.Identity == used
            ? decision
            : throw new DossierException(folder, $"its gate was given another trust policy, '{used.Name}' {used.Version} with SHA-256 {used.Digest}", "Give that one, or run the gate again with yours.");
    }
}

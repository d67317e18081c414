using System.CommandLine;
using Loragate.Artifacts.Folders;
using Loragate.Governance.Approvals;
using Loragate.Governance.Auditing;
using Loragate.Governance.Dossiers;
using Loragate.Governance.Ledger;
using Loragate.Governance.Publication;
using Loragate.Governance.Trust;

namespace Loragate.Cli.Verbs;

/// <summary><c>loragate revoke</c>: a signed word in the ledger that a release is not to be used any more.</summary>
internal static class RevokeVerb
{
    public static Command Create(Tool tool)
    {
        var folder = new Argument<string>("RELEASE|DOSSIER") { Description = "The release's folder, or the dossier that it lies in." };
        var reason = new Option<string>("--reason") { Description = "Why, in one line.", HelpName = "TEXT", Required = true };
        var signing = new SignerOptions(isRequired: true, "Your private key, one that the trust policy names");
        var ledger = new Option<string>("--ledger") { Description = "The ledger that holds the release.", HelpName = "DIR", Required = true };
        var ledgerKey = new LedgerKeyOptions(isRequired: true);
        var trust = new Option<string?>("--trust") { Description = "The trust policy: refuse to sign with a key that it does not name. A revocation by nobody known breaks a release for everybody, and is never taken back.", HelpName = "FILE" };
        return Verb.Create(tool, "revoke", "Signs and logs that a release is not to be used any more; 'status' tells it to whoever holds the release.",
            "loragate revoke release --reason \"Leaks addresses.\" --key risk.pem --ledger ledger --ledger-key ledger.pem --trust trust.yaml", [folder, reason, .. signing.All, ledger, .. ledgerKey.All, trust], (parsed, cancellationToken) =>
            {
                if (parsed.GetValue(reason) is not { Length: > 0 } why || PlainWords.Fault(why) is not null)
                    throw new UsageException($"--reason: {(parsed.GetValue(reason) is { Length: > 0 } text ? PlainWords.Fault(text) : "a revocation needs one")}.");
                var path = Release(parsed.GetValue(folder)!);
                using var key = signing.Open(parsed, tool);
                var signer = signing.SignerOf(parsed, key);
                if (parsed.GetValue(trust) is { } policy && TrustPolicy.ReadFile(policy).Find(signer, tool.Clock.GetUtcNow()) is null)
                    throw new UsageException($"--key {signing.KeyOf(parsed)}: {policy} names no such key.");
                using var logKey = ledgerKey.Open(parsed, tool);
                var writer = new LedgerWriter(LedgerFolder.Open(parsed.GetValue(ledger)!), logKey);
                var manifest = ReleaseLayout.ManifestDigest(FolderManifest.Read(path, cancellationToken).Files);
                var release = ReleaseRegister.Find(writer.ReadHistory(cancellationToken), manifest)
                    ?? throw new LedgerException(parsed.GetValue(ledger)!, $"no release with the manifest {manifest}", "Give the release exactly as it was published, and the ledger that it was logged in.");
                _ = writer.Record([new Revocation(manifest, why).ToEntry(release.Entry, signer, tool.Clock.GetUtcNow())], cancellationToken);
                tool.Screen.Say($"Revoked: {release.Entry.Subjects[0].Name}, entry {release.Index} of the ledger: {why}");
                return ExitCode.Done;
            });
    }

    private static string Release(string folder)
    {
        if (!Directory.Exists(folder))
            throw new FolderException(folder, "no such folder", "Give a release, or the dossier that it lies in.");
        return Dossier.IsDossier(folder) ? Path.Combine(folder, DossierProofs.ReleaseFolder) : folder;
    }
}

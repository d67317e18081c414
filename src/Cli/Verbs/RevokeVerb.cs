using System.CommandLine;
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
        var (ledgerKey, push) = (new LedgerKeyOptions(isRequired: true), LedgerOptions.Push());
        var trust = new Option<string?>("--trust") { Description = "The trust policy: refuse to sign with a key that it does not name. A revocation by nobody known breaks a release for everybody, and is never taken back.", HelpName = "FILE" };
        return Verb.Create(tool, "revoke", "Signs and logs that a release is not to be used any more; 'status' tells it to whoever holds the release.",
            "loragate revoke release --reason \"Leaks addresses.\" --key risk.pem --ledger ledger --ledger-key ledger.pem --trust trust.yaml", [folder, reason, .. signing.All, ledger, .. ledgerKey.All, push, trust], (parsed, cancellationToken) =>
            {
                var why = TakenBack.ReasonOf(parsed.GetValue(reason)!);
                using var key = signing.Open(parsed, tool);
                var signer = signing.SignerOf(parsed, key);
                if (parsed.GetValue(trust) is { } policy && TrustPolicy.ReadFile(policy).Find(signer, tool.Clock.GetUtcNow()) is null)
                    throw new UsageException($"--key {signing.KeyOf(parsed)}: {policy} names no such key.");
                using var logKey = ledgerKey.Open(parsed, tool);
                var writer = LedgerOptions.Open(parsed.GetValue(ledger)!, logKey, parsed.GetValue(push), cancellationToken);
                var (manifest, release) = TakenBack.Find(parsed.GetValue(folder)!, writer.ReadHistory(cancellationToken), parsed.GetValue(ledger)!, cancellationToken);
                _ = writer.Record([new Revocation(manifest, why).ToEntry(release.Entry, signer, tool.Clock.GetUtcNow())], cancellationToken);
                tool.Screen.Say($"Revoked: {release.Entry.Subjects[0].Name}, entry {release.Index} of the ledger: {why}");
                return ExitCode.Done;
            });
    }
}

using System.CommandLine;
using Loragate.Artifacts;
using Loragate.Governance.Auditing;
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
                var policy = parsed.GetValue(trust) is { } file ? TrustPolicy.ReadFile(file) : null;
                if (policy is not null && policy.Find(signer, tool.Clock.GetUtcNow()) is null)
                    throw new UsageException($"--key {signing.KeyOf(parsed)}: {parsed.GetValue(trust)} names no such key.");
                using var logKey = ledgerKey.Open(parsed, tool);
                var writer = LedgerOptions.Open(parsed.GetValue(ledger)!, logKey, parsed.GetValue(push), cancellationToken);
                var history = writer.ReadHistory(cancellationToken);
                var (manifest, release) = TakenBack.Find(parsed.GetValue(folder)!, history, parsed.GetValue(ledger)!, cancellationToken);
                var what = $"release {DecisionData.Read(release.Entry)?.Release} of {Printable.Of(release.Entry.Subjects[0].Name)} (entry {release.Index} of the ledger)";
                if (policy is not null && RevokedRelease.Of(history, release.Entry.Subjects[0].Sha256, policy).FirstOrDefault(revoked => revoked.Manifest == manifest && revoked.Signer is not null) is { } earlier)
                {
                    tool.Screen.Say($"Already revoked, and nothing was logged: {what}. {earlier.Why}");
                    return ExitCode.Done;
                }
                var entry = new Revocation(manifest, why).ToEntry(release.Entry, signer, tool.Clock.GetUtcNow());
                var logged = writer.Append(_ => [entry], cancellationToken).Indices[0];
                tool.Screen.Say($"Revoked by entry {logged}: {what}: {why}");
                if (history.First(Revocation.EntryType, manifest) is { } before)
                    tool.Screen.Say($"Note: entry {before.Index} is an earlier revocation of it. With --trust nothing is logged where somebody known has revoked already.");
                return ExitCode.Done;
            });
    }
}

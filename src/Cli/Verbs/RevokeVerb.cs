using System.CommandLine;
using Loragate.Artifacts;
using Loragate.Governance.Auditing;
using Loragate.Governance.Ledger;
using Loragate.Governance.Publication;

namespace Loragate.Cli.Verbs;

/// <summary><c>loragate revoke</c>: a signed word in the ledger that a release is not to be used any more.</summary>
internal static class RevokeVerb
{
    public static Command Create(Tool tool)
    {
        var folder = ReleaseArgument.Create("What is revoked");
        var (revoking, json) = (new RevokerOptions(), CommonOptions.Json());
        return Verb.Create(tool, "revoke", "Signs and logs that a release is not to be used any more; 'status' tells it to whoever holds the release.",
            "loragate revoke release --reason \"Leaks addresses.\" --key risk.pem --ledger ledger --ledger-key ledger.pem --trust trust.yaml", [folder, .. revoking.All, json], (parsed, cancellationToken) =>
            {
                using var revoker = revoking.Open(parsed, tool, cancellationToken);
                var history = revoker.Ledger.ReadHistory(cancellationToken);
                var (manifest, release) = revoker.Find(parsed.GetValue(folder)!, history, cancellationToken);
                var (adapter, number) = (release.Entry.Subjects[0], DecisionData.Read(release.Entry)?.Release);
                var what = $"release {number} of {Printable.Of(adapter.Name)} (entry {release.Index} of the ledger)";
                IReadOnlyList<RevokedRelease> earlier = [];
                RevokedRelease? known = null;

                // Asked again while no other writer can append: two who revoke at once log one revocation.
                IReadOnlyList<LedgerEntry> Compose(LedgerHistory now)
                {
                    (earlier, known) = revoker.RevocationsOf(now, release, manifest);
                    return [known is null ? new Revocation(manifest, revoker.Reason).ToEntry(release.Entry, revoker.Signer, tool.Clock.GetUtcNow()) : now.At(known.Entry).Entry];
                }

                var entry = revoker.Ledger.Append(Compose, cancellationToken).Indices[0];
                if (parsed.GetValue(json))
                    tool.Screen.Emit(new Revoked(Printable.Of(adapter.Name), number, manifest, known?.Signer ?? revoker.Id, entry, known is null).ToCanonicalJson());
                tool.Screen.Say(known is null ? $"Revoked by entry {entry}: {what}: {revoker.Reason}" : $"Already revoked, and nothing was logged: {what}. {known.Why}");
                foreach (var unknown in earlier.Where(revoked => revoked.Signer is null))
                    tool.Screen.Say($"Note: {unknown.Why}: 'status' tells that the release is broken.");
                return ExitCode.Done;
            });
    }
}

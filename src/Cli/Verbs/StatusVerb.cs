using System.CommandLine;
using Loragate.Cli.Verifying;
using Loragate.Governance.Auditing;
using Loragate.Governance.Keys;
using Loragate.Governance.Ledger;
using Loragate.Governance.Publication;
using Loragate.Governance.Trust;

namespace Loragate.Cli.Verbs;

/// <summary><c>loragate status</c>: may this release still be used?</summary>
internal static class StatusVerb
{
    public static Command Create(Tool tool)
    {
        var release = ReleaseArgument.Create("What is asked about");
        var ledger = LedgerOptions.Folder();
        var vkey = LedgerOptions.VKey();
        var trust = new Option<string>("--trust") { Description = "The trust policy (YAML) of today: a key that was compromised since then counts for nothing.", HelpName = "FILE", Required = true };
        var (seen, json) = (LedgerOptions.Seen(), CommonOptions.Json());
        return Verb.Create(tool, "status", "Holds a release against the ledger. Exit code 0 current, 1 revoked or superseded, 3 unknown to the ledger or no longer trustworthy.",
            "loragate status release --ledger ledger --vkey ledger.vkey --trust trust.yaml", [release, ledger, vkey, trust, seen, json], (parsed, cancellationToken) =>
            {
                var log = LedgerVerifier.Read(parsed.GetValue(vkey)!);
                var policy = TrustPolicy.ReadFile(parsed.GetValue(trust)!);
                var folder = ReleaseArgument.FolderOf(parsed.GetValue(release)!);
                var status = ReleaseRegister.Read(LedgerFolder.Open(parsed.GetValue(ledger)!), log, policy, [folder], parsed.GetValue(seen) ?? [], cancellationToken).StatusOf(folder, log, cancellationToken);
                if (status.State is not (ReleaseState.Unknown or ReleaseState.Broken) && ReleaseVerifier.Lifted(folder, tool.Today) is { Count: > 0 } lifted)
                    status = status with { Lifted = lifted };
                if (parsed.GetValue(json))
                    tool.Screen.Emit(status.ToCanonicalJson());
                var what = status.Adapter is null ? folder : $"release {(status.Number is { } number ? $"{number} " : "")}of {status.Adapter}";
                tool.Screen.Say($"{status.State.ToString().ToLowerInvariant()}: {what} in '{status.Ledger}'.");
                foreach (var reason in status.Reasons)
                    tool.Screen.Say($"  {reason.TrimEnd('.')}.");
                LiftedRules.Tell(tool, status.Lifted);
                return status.State switch
                {
                    ReleaseState.Current => ExitCode.Done,
                    ReleaseState.Superseded or ReleaseState.Revoked => ExitCode.Rejected,
                    _ => ExitCode.Integrity,
                };
            });
    }
}

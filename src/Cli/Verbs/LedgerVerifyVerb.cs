using System.CommandLine;
using Loragate.Governance.Keys;
using Loragate.Governance.Ledger;
using Loragate.Governance.Ledger.Witnessing;

namespace Loragate.Cli.Verbs;

/// <summary><c>loragate ledger verify</c>: was the log changed, rolled back or rewritten?</summary>
internal static class LedgerVerifyVerb
{
    public static Command Create(Tool tool)
    {
        var (folder, vkey, json) = (LedgerOptions.Folder(), LedgerOptions.VKey(), CommonOptions.Json());
        var seen = LedgerOptions.Seen();
        var trust = new Option<string?>("--trust") { Description = "The trust policy (YAML): the quorum of witnesses that it names must have cosigned a checkpoint.", HelpName = "FILE" };
        return Verb.Create(tool, "verify", "Recomputes every hash and the checkpoint's signature, and holds them against what was seen before, by you or by witnesses.",
            "loragate ledger verify --ledger ledger --vkey ledger.vkey --seen release/release.tlog-proof", [folder, vkey, seen, trust, json], (parsed, cancellationToken) =>
        {
            var log = LedgerVerifier.Read(parsed.GetValue(vkey)!);
            var quorum = parsed.GetValue(trust) is { } file ? Witnessed.QuorumOf(file) : null;
            SeenCheckpoint[] before = [.. (parsed.GetValue(seen) ?? []).Select(kept => SeenCheckpoint.Read(kept, log))];
            var ledger = LedgerFolder.Open(parsed.GetValue(folder)!);
            var result = ledger.Verify(log, before, cancellationToken);
            var witnessed = result.IsValid && quorum is not null ? ledger.FindWitnessed(log, quorum) : null;
            if (parsed.GetValue(json))
                tool.Screen.Emit(Record(log, before, result, quorum, witnessed).ToCanonicalJson());
            foreach (var warning in result.Warnings)
                tool.Screen.Say($"Note: {warning}");
            if (!result.IsValid)
            {
                tool.Screen.Say($"The ledger does not hold. {result.Fault}");
                return ExitCode.Integrity;
            }
            if (quorum is not null && !Witnessed.Tell(tool, ledger, log, quorum, witnessed))
                return ExitCode.Integrity;
            tool.Screen.Say($"The ledger holds: {result.Checkpoint!.Size} entries of '{result.Checkpoint.Origin}', root {result.Checkpoint.Root}.");
            foreach (var earlier in before)
                tool.Screen.Say($"It begins with the {earlier.Size} entries that were seen before.");
            return ExitCode.Done;
        });
    }

    private static VerifiedLedger Record(LedgerVerifier log, SeenCheckpoint[] before, LedgerVerification result, WitnessQuorum? quorum, WitnessedCheckpoint? witnessed)
    {
        var fault = result.IsValid && quorum is not null && witnessed is null ? new LedgerFault("checkpoint", Witnessed.Fault(quorum)) : result.Fault;
        return new VerifiedLedger(
            log.Name,
            result.IsValid && fault is null,
            result.Checkpoint?.Size,
            result.Checkpoint?.Root,
            [.. before.Select(earlier => earlier.Size)],
            witnessed is null ? null : new WitnessedSize(witnessed.Checkpoint.Size, witnessed.Witnesses),
            fault,
            result.Warnings);
    }
}

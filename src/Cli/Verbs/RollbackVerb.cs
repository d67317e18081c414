using System.CommandLine;
using Loragate.Artifacts;
using Loragate.Artifacts.Folders;
using Loragate.Artifacts.Records;
using Loragate.Artifacts.Records.Merging;
using Loragate.Cli.Output;
using Loragate.Governance.Auditing;
using Loragate.Governance.Keys;
using Loragate.Governance.Ledger;
using Loragate.Governance.Publication;
using Loragate.MergeEngine;
using Loragate.MergeEngine.Undo;

namespace Loragate.Cli.Verbs;

/// <summary><c>loragate rollback</c>: a release back to the last good one, or to the base.</summary>
internal static class RollbackVerb
{
    public static Command Create(Tool tool)
    {
        var folder = ReleaseArgument.Create("What is taken back");
        var releases = new Option<string?>("--releases") { Description = "Back to the last good release: a folder of releases or dossiers, among which it lies.", HelpName = "DIR" };
        var merged = new Option<string?>("--merged") { Description = "Back to the base: the model that the release's adapter was merged into. It is unmerged bit for bit, with proof.", HelpName = "DIR" };
        var output = CommonOptions.Output("The folder to make: the release or the base that is used instead.");
        var (revoking, json) = (new RevokerOptions(), CommonOptions.Json());
        return Verb.Create(tool, "rollback", "Revokes a release, logs what is used instead, and puts that there: the last release of its name that stands, or the base. Exit code 1: no earlier release stands.",
            "loragate rollback current --releases releases --output serving --reason \"Leaks addresses.\" --key risk.pem --ledger ledger --ledger-key ledger.pem --trust trust.yaml",
            [folder, releases, merged, output, .. revoking.All, json], (parsed, cancellationToken) =>
            {
                if (parsed.GetValue(releases) is null == parsed.GetValue(merged) is null)
                    throw new UsageException("Back to what? Give either --releases DIR or --merged DIR.");
                using var revoker = revoking.Open(parsed, tool, cancellationToken);
                var history = revoker.Ledger.ReadHistory(cancellationToken);
                var (manifest, release) = revoker.Find(parsed.GetValue(folder)!, history, cancellationToken);
                var name = Printable.Of(release.Entry.Subjects[0].Name);

                // Built beside its place, logged, then put there: nothing is used instead that is not in the ledger.
                using var stage = Stage.Beside(parsed.GetValue(output)!);
                RollbackTarget target;
                int? number = null;
                Action<LedgerHistory> requireStill = _ => { };
                if (parsed.GetValue(merged) is { } model)
                {
                    target = new BaseTarget(Unmerge(tool, model, release, stage.Folder, cancellationToken));
                }
                else
                {
                    var folders = FoldersIn(parsed.GetValue(releases)!);
                    ReleaseRegister RegisterOf(LedgerHistory known) => new(known, revoker.Trust, SignatureTimes.Of(known, folders, revoker.Trust), revoker.Ledger.CountWitnessed(revoker.Trust.Witnesses));
                    var register = RegisterOf(history);
                    if (register.LastGood(release) is not { } good)
                    {
                        tool.Screen.Say($"No release of {name} before this one stands. Roll back to the base with --merged, or only revoke it.");
                        return ExitCode.Rejected;
                    }
                    number = DecisionData.Read(good.Entry)?.Release;
                    requireStill = now => RequireStill(good, RegisterOf(now).LastGood(release), revoker.Ledger.Verifier);
                    target = new ReleaseTarget(Copy(register, good, parsed.GetValue(releases)!, folders, stage.Folder, revoker.Ledger.Verifier, cancellationToken));
                }
                RevokedRelease? known = null;
                IReadOnlyList<LedgerEntry> Compose(LedgerHistory now)
                {
                    requireStill(now);
                    (_, known) = revoker.RevocationsOf(now, release, manifest);
                    var rollback = new Rollback(manifest, target, revoker.Reason);
                    var made = rollback.ToEntries(release.Entry, revoker.Signer, tool.Clock.GetUtcNow(), known is null ? null : now.At(known.Entry).Entry);
                    return [made[0], known is null ? made[1] : rollback.FindIn(now, revoker.Trust)?.Entry ?? made[1]];
                }

                var entries = revoker.Ledger.Append(Compose, cancellationToken).Indices;
                stage.Publish();
                if (parsed.GetValue(json))
                    tool.Screen.Emit(new RolledBack(name, DecisionData.Read(release.Entry)?.Release, manifest, target.Digest, number, known?.Signer ?? revoker.Id, entries).ToCanonicalJson());
                tool.Screen.Say($"Rolled back to {Told(target, number, name)}: {parsed.GetValue(output)}. The release that was taken back {(known is null ? $"is revoked: {revoker.Reason}" : $"was revoked already: {known.Why}")}");
                return ExitCode.Done;
            });
    }

    /// <summary>While the release was copied, others may have logged what makes it no good one.</summary>
    private static void RequireStill(LoggedEvent good, LoggedEvent? now, LedgerVerifier log)
    {
        if (now?.Index != good.Index)
            throw new LedgerException($"the ledger '{log.Name}'", $"release {DecisionData.Read(good.Entry)?.Release}, which was to be used instead, was the last good one and is so no more: somebody logged something meanwhile", "Roll back again: what stands now is found then.");
    }

    private static string Told(RollbackTarget target, int? number, string name) => target is BaseTarget { Proof.Restored: var restored }
        ? $"the base {restored.Name}, weights {restored.WeightsDigest.Abbreviated}, every tensor with its SHA-256"
        : $"release {number} of {name}";

    private static UnmergeReceipt Unmerge(Tool tool, string merged, LoggedEvent release, string output, CancellationToken cancellationToken)
    {
        var receiptFile = Path.Combine(merged, UndoFormat.Folder, UndoFormat.ReceiptFile);
        var adapter = release.Entry.Subjects[0].Sha256;
        if (!File.Exists(receiptFile) || Record.ReadFile<MergeReceipt>(receiptFile).Adapters is not [{ Adapter.Digest: var applied }] || applied != adapter)
            throw new FolderException(merged, "not the release's adapter alone, merged by loragate", "Give the folder that 'loragate merge' or the gate wrote with exactly this adapter.");
        using var line = new ProgressLine(tool.Screen, "Unmerging");
        var request = new UnmergeRequest { Merged = merged, Output = output, Threads = Tool.Threads, Version = Tool.Version };
        return Unmerger.Unmerge(request, new Relay<MergeProgress>(p => line.Report(p.Done, p.Total)), cancellationToken);
    }

    /// <summary>The releases in a folder of releases or dossiers.</summary>
    private static IReadOnlyList<string> FoldersIn(string releases) => Directory.Exists(releases)
        ? [.. Directory.EnumerateDirectories(releases).Order(StringComparer.Ordinal).Select(ReleaseArgument.PlaceIn).Where(Directory.Exists)]
        : throw new FolderException(releases, "no such folder", "Name the folder that holds releases or dossiers.");

    /// <summary>Finds the folder of a release by its manifest, copies it and verifies the copy.</summary>
    private static Digest Copy(ReleaseRegister register, LoggedEvent good, string releases, IReadOnlyList<string> folders, string output, LedgerVerifier log, CancellationToken cancellationToken)
    {
        var manifest = ReleaseLayout.ManifestIn(good.Entry)!.Value;
        var found = folders.FirstOrDefault(folder => ReleaseLayout.ManifestDigest(FolderManifest.Read(folder, cancellationToken).Files) == manifest)
            ?? throw new FolderException(releases, $"no folder holds release {DecisionData.Read(good.Entry)?.Release} of {Printable.Of(good.Entry.Subjects[0].Name)}, manifest {manifest}", "Fetch it, for example with 'loragate pull'.");
        using var copy = OutputFolder.Create(output);
        foreach (var file in FolderManifest.List(found))
            copy.CopyIn(Path.Combine(found, file), file);
        copy.Commit();
        var status = register.StatusOf(output, log, cancellationToken);
        return status.State is ReleaseState.Current or ReleaseState.Superseded
            ? manifest
            : throw new IntegrityException(found, $"the last good release does not hold: {string.Join("; ", status.Reasons)}");
    }
}

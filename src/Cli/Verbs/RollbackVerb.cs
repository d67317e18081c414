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
using Loragate.Governance.Trust;
using Loragate.MergeEngine;
using Loragate.MergeEngine.Undo;

namespace Loragate.Cli.Verbs;

/// <summary><c>loragate rollback</c>: a release back to the last good one, or to the base.</summary>
internal static class RollbackVerb
{
    public static Command Create(Tool tool)
    {
        var folder = new Argument<string>("RELEASE|DOSSIER") { Description = "The release that is taken back, or the dossier that it lies in." };
        var releases = new Option<string?>("--releases") { Description = "Back to the last good release: a folder of releases or dossiers, among which it lies.", HelpName = "DIR" };
        var merged = new Option<string?>("--merged") { Description = "Back to the base: the model that the release's adapter was merged into. It is unmerged bit for bit, with proof.", HelpName = "DIR" };
        var output = CommonOptions.Output("The folder to make: the release or the base that is used instead.");
        var reason = new Option<string>("--reason") { Description = "Why, in one line.", HelpName = "TEXT", Required = true };
        var signing = new SignerOptions(isRequired: true, "Your private key, one that the trust policy names");
        var (ledger, ledgerKey, push) = (LedgerOptions.Folder(), new LedgerKeyOptions(isRequired: true), LedgerOptions.Push());
        var trust = new Option<string>("--trust") { Description = "The trust policy (YAML): who may take a release back, and which earlier one is still good.", HelpName = "FILE", Required = true };
        return Verb.Create(tool, "rollback", "Revokes a release, logs what is used instead, and puts that there: the last release of its name that stands, or the base. Exit code 1: no earlier release stands.",
            "loragate rollback current --releases releases --output serving --reason \"Leaks addresses.\" --key risk.pem --ledger ledger --ledger-key ledger.pem --trust trust.yaml",
            [folder, releases, merged, output, reason, .. signing.All, ledger, .. ledgerKey.All, push, trust], (parsed, cancellationToken) =>
            {
                if (parsed.GetValue(releases) is null == parsed.GetValue(merged) is null)
                    throw new UsageException("Back to what? Give either --releases DIR or --merged DIR.");
                var why = TakenBack.ReasonOf(parsed.GetValue(reason)!);
                var policy = TrustPolicy.ReadFile(parsed.GetValue(trust)!);
                using var key = signing.Open(parsed, tool);
                var signer = signing.SignerOf(parsed, key);
                if (policy.Find(signer, tool.Clock.GetUtcNow()) is null)
                    throw new UsageException($"--key {signing.KeyOf(parsed)}: {parsed.GetValue(trust)} names no such key.");
                using var logKey = ledgerKey.Open(parsed, tool);
                var writer = LedgerOptions.Open(parsed.GetValue(ledger)!, logKey, parsed.GetValue(push), cancellationToken);
                var history = writer.ReadHistory(cancellationToken);
                var (manifest, release) = TakenBack.Find(parsed.GetValue(folder)!, history, parsed.GetValue(ledger)!, cancellationToken);
                var name = Printable.Of(release.Entry.Subjects[0].Name);

                // Built beside its place, logged, then put there: nothing is used instead that is not in the ledger.
                using var stage = Stage.Beside(parsed.GetValue(output)!);
                RollbackTarget target;
                string told;
                if (parsed.GetValue(merged) is { } model)
                {
                    var proof = Unmerge(tool, model, release, stage.Folder, cancellationToken);
                    (target, told) = (new BaseTarget(proof), $"the base {proof.Restored.Name}, weights {proof.Restored.WeightsDigest.Abbreviated}, every tensor with its SHA-256");
                }
                else
                {
                    var folders = FoldersIn(parsed.GetValue(releases)!);
                    var register = new ReleaseRegister(history, policy, StampedTimes.In(folders, policy), writer.CountWitnessed(policy.Witnesses));
                    if (register.LastGood(release) is not { } good)
                    {
                        tool.Screen.Say($"No release of {name} before this one stands. Roll back to the base with --merged, or only revoke it.");
                        return ExitCode.Rejected;
                    }
                    var (found, number) = (Copy(register, good, parsed.GetValue(releases)!, folders, stage.Folder, writer.Verifier, cancellationToken), DecisionData.Read(good.Entry)?.Release);
                    (target, told) = (new ReleaseTarget(found), $"release {number} of {name}");
                }
                _ = writer.Record(new Rollback(manifest, target, why).ToEntries(release.Entry, signer, tool.Clock.GetUtcNow()), cancellationToken);
                stage.Publish();
                tool.Screen.Say($"Rolled back to {told}: {parsed.GetValue(output)}. The release that was taken back is revoked: {why}");
                return ExitCode.Done;
            });
    }

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
        ? [.. Directory.EnumerateDirectories(releases).Order(StringComparer.Ordinal).Select(TakenBack.FolderOf).Where(Directory.Exists)]
        : throw new FolderException(releases, "no such folder", "Name the folder that holds releases or dossiers.");

    /// <summary>Finds the folder of a release by its manifest, copies it and verifies the copy.</summary>
    private static Digest Copy(ReleaseRegister register, LoggedEvent good, string releases, IReadOnlyList<string> folders, string output, LedgerVerifier log, CancellationToken cancellationToken)
    {
        var manifest = good.Entry.Subjects.First(subject => subject.Name == ReleaseLayout.EntrySubject).Sha256;
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

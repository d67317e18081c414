using System.CommandLine;
using System.Text.Json;
using Loragate.Artifacts;
using Loragate.Artifacts.Folders;
using Loragate.Artifacts.Json;
using Loragate.Governance.Auditing;
using Loragate.Governance.Keys;
using Loragate.Governance.Ledger;
using Loragate.Governance.Publication;
using Loragate.Governance.Trust;

namespace Loragate.Cli.Verbs;

/// <summary><c>loragate ledger</c>: a tamper-evident log in a folder.</summary>
internal static class LedgerVerb
{
    private static readonly TimeSpan LockTimeout = TimeSpan.FromMinutes(2);

    public static Command Create(Tool tool) =>
        new("ledger", "A tamper-evident log of decisions and releases (C2SP tlog-tiles).") { Init(tool), Append(tool), Verify(tool), Audit(tool), Show(tool), Prove(tool) };

    /// <summary>The verifier of a ledger: a vkey file, or the key of <c>--ledger-key</c> under the ledger's name.</summary>
    public static Option<string> VKey() => new("--vkey") { Description = "The ledger's verifier key: a file with the vkey line that 'ledger init' printed.", HelpName = "FILE", Required = true };

    private static Option<string> Folder() => new("--ledger") { Description = "The ledger's folder.", HelpName = "DIR", Required = true };

    private static Command Init(Tool tool)
    {
        var (folder, key) = (Folder(), new LedgerKeyOptions(isRequired: true));
        var origin = new Option<string>("--origin") { Description = "The ledger's name for ever: a host and path that its owner controls.", HelpName = "NAME", Required = true };
        return Verb.Create(tool, "init", "Starts an empty ledger.", "loragate ledger init --ledger ledger --origin example.com/releases --ledger-key ledger.pem", [folder, origin, .. key.All], (parsed, _) =>
        {
            var name = parsed.GetValue(origin)!;
            if (!LedgerVerifier.IsName(name))
                throw new UsageException($"--origin {name}: no white space and no plus sign in a ledger's name.");
            using var ledgerKey = key.Open(parsed, tool);
            LedgerFolder.Init(parsed.GetValue(folder)!, name, ledgerKey);
            tool.Screen.Emit(ledgerKey.VerifierFor(name).ToString());
            tool.Screen.Say("The line above is the verifier key (vkey): give it to whoever audits this ledger.");
            return ExitCode.Done;
        });
    }

    private static Command Append(Tool tool)
    {
        var (folder, key) = (Folder(), new LedgerKeyOptions(isRequired: true));
        var type = new Option<string>("--type") { Description = "What happened, \"note\", \"release\" …", HelpName = "WORD", Required = true };
        var subjects = new Option<string[]>("--subject") { Description = "A file that the entry is about; its name and SHA-256 are logged.", HelpName = "FILE", Required = true };
        var data = new Option<string?>("--data") { Description = "A JSON object for the entry.", HelpName = "JSON" };
        return Verb.Create(tool, "append", "Logs files by their digests.", "loragate ledger append --ledger ledger --ledger-key ledger.pem --type note --subject report.pdf", [folder, .. key.All, type, subjects, data], (parsed, cancellationToken) =>
        {
            if (!parsed.GetValue(type)!.All(c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c == '-'))
                throw new UsageException($"--type {parsed.GetValue(type)}: lower-case letters, digits and hyphens.");
            if (parsed.GetValue(data) is { } given && !given.TrimStart().StartsWith('{'))
                throw new UsageException("--data is a JSON object.");
            using var ledgerKey = key.Open(parsed, tool);
            var entry = new LedgerEntry(
                parsed.GetValue(type)!,
                tool.Clock.GetUtcNow(),
                [.. parsed.GetValue(subjects)!.Select(f => new LedgerSubject(Path.GetFileName(f), Digest.OfFile(f, cancellationToken)))],
                [],
                parsed.GetValue(data) is { } json ? StrictJson.Parse(System.Text.Encoding.UTF8.GetBytes(json), "--data").RootElement.Clone() : LedgerEntry.NoData);
            if (entry.Fault() is { } fault)
                throw new UsageException($"The entry cannot be logged: {fault}. Log fewer subjects at once, or less --data.");
            var appended = LedgerFolder.Open(parsed.GetValue(folder)!).Append([entry], ledgerKey, LockTimeout, cancellationToken);
            tool.Screen.Say($"{(appended.Added == 0 ? "Already logged" : "Logged")} at index {appended.Indices[0]}; the ledger has {appended.Checkpoint.Size} entries, root {appended.Checkpoint.Root.Abbreviated}.");
            return ExitCode.Done;
        });
    }

    private static Command Verify(Tool tool)
    {
        var (folder, vkey) = (Folder(), VKey());
        var seen = new Option<string[]>("--seen") { Description = "A checkpoint or proof of this ledger that was kept from before: a ledger that does not begin with it was rolled back or rewritten. May be given several times.", HelpName = "FILE" };
        return Verb.Create(tool, "verify", "Recomputes every hash and the checkpoint's signature, and holds them against what was seen before.", "loragate ledger verify --ledger ledger --vkey ledger.vkey --seen release/release.tlog-proof", [folder, vkey, seen], (parsed, cancellationToken) =>
        {
            var log = LedgerVerifier.Read(parsed.GetValue(vkey)!);
            SeenCheckpoint[] history = [.. (parsed.GetValue(seen) ?? []).Select(file => SeenCheckpoint.Read(file, log))];
            var result = LedgerFolder.Open(parsed.GetValue(folder)!).Verify(log, history, cancellationToken);
            foreach (var warning in result.Warnings)
                tool.Screen.Say($"Note: {warning}");
            if (!result.IsValid)
            {
                tool.Screen.Say($"The ledger does not hold. {result.Fault}");
                return ExitCode.Integrity;
            }
            tool.Screen.Say($"The ledger holds: {result.Checkpoint!.Size} entries of '{result.Checkpoint.Origin}', root {result.Checkpoint.Root}.");
            foreach (var earlier in history)
                tool.Screen.Say($"It begins with the {earlier.Size} entries that were seen before.");
            return ExitCode.Done;
        });
    }

    private static Command Audit(Tool tool)
    {
        var (folder, vkey, json) = (Folder(), VKey(), CommonOptions.Json());
        var trust = new Option<string>("--trust") { Description = "The trust policy (YAML): who may sign what, and when.", HelpName = "FILE", Required = true };
        var dossiers = new Option<string?>("--dossiers") { Description = "A folder of dossiers: the decisions in them are held against the ledger's words.", HelpName = "DIR" };
        return Verb.Create(tool, "audit", "Verifies a ledger and then what it says: every release has an approving decision before it, its quorum, unexpired waivers, keys in their windows, the next number. Exit code 3 names each breach by its entry.",
            "loragate ledger audit --ledger ledger --vkey ledger.vkey --trust trust.yaml --dossiers dossiers", [folder, vkey, trust, dossiers, json], (parsed, cancellationToken) =>
        {
            var log = LedgerVerifier.Read(parsed.GetValue(vkey)!);
            var policy = TrustPolicy.ReadFile(parsed.GetValue(trust)!);
            var ledger = LedgerFolder.Open(parsed.GetValue(folder)!);
            if (ledger.Verify(log, [], cancellationToken) is { IsValid: false } broken)
            {
                tool.Screen.Say($"The ledger does not hold. {broken.Fault}");
                return ExitCode.Integrity;
            }
            var entries = ledger.ReadEntries(log, cancellationToken);
            var history = LedgerHistory.Of(entries);
            var held = parsed.GetValue(dossiers) is { } path ? DossierAuditor.Audit(path, history, policy, cancellationToken) : ([], 0);
            var audit = new ReleaseAudit(log.Name, entries.Count, history.OfType(ReleaseLayout.EntryType).Count(), held.Dossiers, [.. ReleaseAuditor.Audit(history, policy).Concat(held.Findings).OrderBy(finding => finding.Index)]);
            if (parsed.GetValue(json))
                tool.Screen.Emit(audit.ToCanonicalJson());
            foreach (var finding in audit.Findings)
                tool.Screen.Say($"Breach: {finding}.");
            tool.Screen.Say($"{(audit.Findings.Count == 0 ? "The ledger holds" : "The ledger holds, but what it says does not")}: {audit.Entries} entries, {audit.Releases} releases, {audit.Dossiers} decisions held against their dossiers.");
            return audit.Findings.Count == 0 ? ExitCode.Done : ExitCode.Integrity;
        });
    }

    private static Command Show(Tool tool)
    {
        var (folder, vkey, json) = (Folder(), VKey(), CommonOptions.Json());
        return Verb.Create(tool, "show", "Lists the entries.", "loragate ledger show --ledger ledger --vkey ledger.vkey", [folder, vkey, json], (parsed, cancellationToken) =>
        {
            var entries = LedgerFolder.Open(parsed.GetValue(folder)!).ReadEntries(LedgerVerifier.Read(parsed.GetValue(vkey)!), cancellationToken);
            for (var i = 0; i < entries.Count; i++)
            {
                if (parsed.GetValue(json))
                    tool.Screen.Emit(entries[i].Span);
                else if (LedgerEntry.TryParse(entries[i], out var entry))
                    tool.Screen.Say($"{i} {entry!.Time:yyyy-MM-dd HH:mm:ss}Z {entry.Type} {string.Join(", ", entry.Subjects.Select(s => $"{s.Name} {s.Sha256.Abbreviated}"))}");
                else
                    tool.Screen.Say($"{i} (an entry of another program, {entries[i].Length} bytes)");
            }
            return ExitCode.Done;
        });
    }

    private static Command Prove(Tool tool)
    {
        var (folder, vkey) = (Folder(), VKey());
        var index = new Option<long>("--index") { Description = "The entry's index, from 0.", Required = true };
        var output = new Option<string>("--output") { Description = "The proof file (C2SP tlog-proof).", HelpName = "FILE", Required = true };
        return Verb.Create(tool, "prove", "Writes a proof that an entry is in the ledger; it is checked offline.", "loragate ledger prove --ledger ledger --vkey ledger.vkey --index 0 --output entry.tlog-proof", [folder, vkey, index, output], (parsed, _) =>
        {
            var verifier = LedgerVerifier.Read(parsed.GetValue(vkey)!);
            var ledger = LedgerFolder.Open(parsed.GetValue(folder)!);
            var at = parsed.GetValue(index);
            if (at < 0 || at >= ledger.ReadCheckpoint(verifier).Size)
                throw new UsageException($"--index {at}: the ledger has {ledger.ReadCheckpoint(verifier).Size} entries.");
            AtomicFile.Write(parsed.GetValue(output)!, ledger.Prove(at, verifier).ToBytes());
            tool.Screen.Say($"Wrote the proof of entry {at} to {parsed.GetValue(output)}.");
            return ExitCode.Done;
        });
    }
}

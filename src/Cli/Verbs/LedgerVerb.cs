using System.CommandLine;
using System.Text.Json;
using Loragate.Artifacts;
using Loragate.Artifacts.Folders;
using Loragate.Artifacts.Json;
using Loragate.Governance.Approvals;
using Loragate.Governance.Auditing;
using Loragate.Governance.Keys;
using Loragate.Governance.Ledger;
using Loragate.Governance.Publication;
using Loragate.Governance.Trust;

namespace Loragate.Cli.Verbs;

/// <summary><c>loragate ledger</c>: a tamper-evident log in a folder.</summary>
internal static class LedgerVerb
{
    /// <summary>What loragate itself logs, and audits rest on (docs/formats/ledger.v1.md).</summary>
    private static readonly string[] ReservedTypes =
        [EndorsementEntry.Approval, EndorsementEntry.Waiver, PlanEntry.EntryType, DecisionData.EntryType, DossierProofs.ReportEntry, ReleaseLayout.EntryType, Revocation.EntryType, Rollback.EntryType];

    public static Command Create(Tool tool) =>
        new("ledger", "A tamper-evident log of decisions and releases (C2SP tlog-tiles).") { Init(tool), Append(tool), LedgerVerifyVerb.Create(tool), Audit(tool), LedgerShowVerb.Create(tool), Prove(tool), LedgerWitnessVerb.Create(tool) };

    private static Command Init(Tool tool)
    {
        var (folder, key) = (LedgerOptions.Folder(), new LedgerKeyOptions(isRequired: true));
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
        var (folder, key, push) = (LedgerOptions.Folder(), new LedgerKeyOptions(isRequired: true), LedgerOptions.Push());
        var type = new Option<string>("--type") { Description = "What happened, in a word of your own: \"note\", \"training\" … What the gate and other verbs log (\"decision\", \"release\" …) is theirs.", HelpName = "WORD", Required = true };
        var subjects = new Option<string[]>("--subject") { Description = "A file that the entry is about, or an adapter's folder; its name and SHA-256 are logged.", HelpName = "FILE", Required = true };
        var evidence = new Option<string[]>("--evidence") { Description = "A file that the entry rests on, with its kind (a record's schema or a media type): what a training run read, for example.", HelpName = "KIND=FILE" };
        var data = new Option<string?>("--data") { Description = "A JSON object for the entry.", HelpName = "JSON" };
        return Verb.Create(tool, "append", "Logs files by their digests.", "loragate ledger append --ledger ledger --ledger-key ledger.pem --type note --subject report.pdf", [folder, .. key.All, type, subjects, evidence, data, push], (parsed, cancellationToken) =>
        {
            if (!parsed.GetValue(type)!.All(c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c == '-'))
                throw new UsageException($"--type {parsed.GetValue(type)}: lower-case letters, digits and hyphens.");
            if (ReservedTypes.Contains(parsed.GetValue(type)!))
                throw new UsageException($"--type {parsed.GetValue(type)}: only the gate and the verbs that sign write it ({string.Join(", ", ReservedTypes)}). Take another word, \"note\" for example.");
            if (parsed.GetValue(data) is { } given && !given.TrimStart().StartsWith('{'))
                throw new UsageException("--data is a JSON object.");
            using var ledgerKey = key.Open(parsed, tool);
            var entry = new LedgerEntry(
                parsed.GetValue(type)!,
                tool.Clock.GetUtcNow(),
                [.. parsed.GetValue(subjects)!.Select(path => SubjectOf(path, cancellationToken))],
                [.. (parsed.GetValue(evidence) ?? []).Select(given => EvidenceOf(given, cancellationToken))],
                parsed.GetValue(data) is { } json ? StrictJson.Parse(System.Text.Encoding.UTF8.GetBytes(json), "--data").RootElement.Clone() : LedgerEntry.NoData);
            if (entry.Fault() is { } fault)
                throw new UsageException($"The entry cannot be logged: {fault}. Log fewer subjects at once, or less --data.");
            var appended = LedgerOptions.Open(parsed.GetValue(folder)!, ledgerKey, parsed.GetValue(push), cancellationToken).Append(_ => [entry], cancellationToken);
            tool.Screen.Say($"{(appended.Added == 0 ? "Already logged" : "Logged")} at index {appended.Indices[0]}; the ledger has {appended.Checkpoint.Size} entries, root {appended.Checkpoint.Root.Abbreviated}.");
            return ExitCode.Done;
        });
    }

    /// <summary>An adapter is named as decisions name it: by the digest over the names, sizes and contents of its files.</summary>
    private static LedgerSubject SubjectOf(string path, CancellationToken cancellationToken) => Directory.Exists(path)
        ? new LedgerSubject(Path.GetFileName(Path.TrimEndingDirectorySeparator(path)), FolderManifest.Read(path, cancellationToken).Digest)
        : new LedgerSubject(Path.GetFileName(path), Digest.OfFile(path, cancellationToken));

    private static LedgerEvidence EvidenceOf(string given, CancellationToken cancellationToken) => given.Split('=', 2) is [{ Length: > 0 } kind, { Length: > 0 } file]
        ? new LedgerEvidence(kind, Digest.OfFile(file, cancellationToken))
        : throw new UsageException($"--evidence {given}: write KIND=FILE, for example application/jsonl=train.jsonl.");

    private static Command Audit(Tool tool)
    {
        var (folder, vkey, json) = (LedgerOptions.Folder(), LedgerOptions.VKey(), CommonOptions.Json());
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
            if (policy.Witnesses is { } quorum && !Witnessed.Tell(tool, ledger, log, quorum, ledger.FindWitnessed(log, quorum)))
                return ExitCode.Integrity;
            var entries = ledger.ReadEntries(log, cancellationToken);
            var history = LedgerHistory.Of(entries);
            var times = SignatureTimes.Of(history, parsed.GetValue(dossiers) is { } stamped && Directory.Exists(stamped) ? Directory.EnumerateDirectories(stamped) : [], policy);
            var dossier = parsed.GetValue(dossiers) is { } path ? DossierAuditor.Audit(path, history, policy, times, cancellationToken) : DossierAudit.None;
            var audit = new ReleaseAudit(
                log.Name, entries.Count, history.OfType(ReleaseLayout.EntryType).Count(), dossier.Held.Count, [.. ReleaseAuditor.Audit(history, policy, times).Concat(dossier.Findings).OrderBy(finding => finding.Index)],
                AuditLimits.Of(history, policy, dossier.Held) is { Count: > 0 } limits ? limits : null);
            if (parsed.GetValue(json))
                tool.Screen.Emit(audit.ToCanonicalJson());
            foreach (var finding in audit.Findings)
                tool.Screen.Say($"Breach: {finding}.");
            foreach (var limit in audit.NotProved ?? [])
                tool.Screen.Say($"Not proved: {limit}.");
            tool.Screen.Say($"{(audit.Findings.Count == 0 ? "The ledger holds" : "The ledger holds, but what it says does not")}: {audit.Entries} entries, {audit.Releases} releases, {audit.Dossiers} decisions held against their dossiers.");
            return audit.Findings.Count == 0 ? ExitCode.Done : ExitCode.Integrity;
        });
    }

    private static Command Prove(Tool tool)
    {
        var (folder, vkey) = (LedgerOptions.Folder(), LedgerOptions.VKey());
        var index = new Option<long>("--index") { Description = "The entry's index, from 0.", Required = true };
        var output = new Option<string>("--output") { Description = "The proof file (C2SP tlog-proof).", HelpName = "FILE", Required = true };
        var trust = new Option<string?>("--trust") { Description = "The trust policy (YAML): prove it under a checkpoint that its quorum of witnesses has cosigned.", HelpName = "FILE" };
        return Verb.Create(tool, "prove", "Writes a proof that an entry is in the ledger; it is checked offline.", "loragate ledger prove --ledger ledger --vkey ledger.vkey --index 0 --output entry.tlog-proof", [folder, vkey, index, output, trust], (parsed, _) =>
        {
            var verifier = LedgerVerifier.Read(parsed.GetValue(vkey)!);
            var ledger = LedgerFolder.Open(parsed.GetValue(folder)!);
            var at = parsed.GetValue(index);
            var quorum = parsed.GetValue(trust) is { } file ? Witnessed.QuorumOf(file) : null;
            var witnessed = quorum is null ? null : ledger.FindWitnessed(verifier, quorum) ?? throw new IntegrityException(parsed.GetValue(folder)!, $"no checkpoint is cosigned by {quorum.Needed} of the {quorum.Witnesses.Count} witnesses");
            var size = (witnessed?.Checkpoint ?? ledger.ReadCheckpoint(verifier)).Size;
            if (at < 0 || at >= size)
                throw new UsageException($"--index {at}: the {(witnessed is null ? "ledger has" : "witnesses have seen")} {size} entries.");
            var proof = witnessed is null ? ledger.Prove(at, verifier) : ledger.Prove(at, verifier, witnessed.Note, out ReadOnlyMemory<byte> _);
            AtomicFile.Write(parsed.GetValue(output)!, proof.ToBytes());
            tool.Screen.Say($"Wrote the proof of entry {at} to {parsed.GetValue(output)}.");
            return ExitCode.Done;
        });
    }
}

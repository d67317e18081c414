using System.CommandLine;
using Loragate.Artifacts;
using Loragate.Governance.Keys;
using Loragate.Governance.Ledger;
using Loragate.Governance.Ledger.Indexing;

namespace Loragate.Cli.Verbs;

/// <summary><c>loragate ledger show</c>: the entries, all of them or those of a type or about something.</summary>
internal static class LedgerShowVerb
{
    public static Command Create(Tool tool)
    {
        var (folder, vkey, json) = (LedgerOptions.Folder(), LedgerOptions.VKey(), CommonOptions.Json());
        var type = new Option<string?>("--type") { Description = "Only entries of this type.", HelpName = "WORD" };
        var about = new Option<string?>("--about") { Description = "Only entries that mention this SHA-256 or one that begins so (12 digits or more), or have a subject of this name.", HelpName = "DIGEST|NAME" };
        return Verb.Create(tool, "show", "Lists the entries; with --type or --about from an index, each entry proved to be in the ledger. Exit code 1: there is none such.",
            "loragate ledger show --ledger ledger --vkey ledger.vkey --about routing-good", [folder, vkey, type, about, json], (parsed, cancellationToken) =>
        {
            var (ledger, log) = (LedgerFolder.Open(parsed.GetValue(folder)!), LedgerVerifier.Read(parsed.GetValue(vkey)!));
            var (ofType, subject) = (parsed.GetValue(type), parsed.GetValue(about));
            if ((ofType, subject) is (null, null))
            {
                foreach (var (index, bytes) in ledger.ReadEntries(log, cancellationToken).Index())
                    Tell(tool, index, bytes, parsed.GetValue(json));
                return ExitCode.Done;
            }
            var found = Find(ledger, log, ofType, subject, cancellationToken);
            foreach (var logged in found)
                Tell(tool, logged.Index, logged.Entry.ToCanonicalJson(), parsed.GetValue(json));
            if (found.Count > 0)
                return ExitCode.Done;
            tool.Screen.Say($"No entry {(ofType is null ? "" : $"of the type {ofType} ")}is in the ledger{(subject is null ? "" : $" that mentions {subject}")}.");
            return ExitCode.Rejected;
        });
    }

    private static void Tell(Tool tool, long index, ReadOnlyMemory<byte> bytes, bool isForMachines)
    {
        if (isForMachines)
            tool.Screen.Emit(bytes.Span);
        else if (LedgerEntry.TryParse(bytes, out var entry))
            tool.Screen.Say($"{index} {entry!.Time:yyyy-MM-dd HH:mm:ss}Z {entry.Type} {string.Join(", ", entry.Subjects.Select(s => $"{s.Name} {s.Sha256.Abbreviated}"))}");
        else
            tool.Screen.Say($"{index} (an entry of another program, {bytes.Length} bytes)");
    }

    private static List<LoggedEvent> Find(LedgerFolder ledger, LedgerVerifier log, string? type, string? about, CancellationToken cancellationToken)
    {
        using var index = LedgerIndex.Open(ledger, log, cancellationToken);
        var found = about is null ? index.OfType(type!) : About(index, about);
        return [.. found.Where(logged => type is null || logged.Entry.Type == type)];
    }

    private static IEnumerable<LoggedEvent> About(LedgerIndex index, string about)
    {
        if (Digest.TryParse(about, out var digest))
            return index.Mentioning(digest);
        var begun = Digest.IsAbbreviation(about) ? index.Beginning(about).SelectMany(index.Mentioning) : [];
        return index.Named(about).Concat(begun).DistinctBy(logged => logged.Index).OrderBy(logged => logged.Index);
    }
}

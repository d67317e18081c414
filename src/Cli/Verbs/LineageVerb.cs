using System.CommandLine;
using System.Text;
using Loragate.Artifacts;
using Loragate.Artifacts.Folders;
using Loragate.Governance.Keys;
using Loragate.Governance.Ledger;
using Loragate.Governance.Ledger.Indexing;
using Loragate.Governance.Lineage;

namespace Loragate.Cli.Verbs;

/// <summary><c>loragate lineage</c>: what something was made from, and what came of it.</summary>
internal static class LineageVerb
{
    public static Command Create(Tool tool) => new("lineage", "What something was made from and what came of it: bases, data, adapters, merges, evaluations, decisions, approvals, releases, revocations.") { Show(tool) };

    private static Command Show(Tool tool)
    {
        var what = new Argument<string>("DIGEST|NAME") { Description = "A SHA-256, its first 12 digits or more, or a name: of an adapter, a base, a task, a release …" };
        var (folder, vkey, json) = (LedgerOptions.Folder(), LedgerOptions.VKey(), CommonOptions.Json());
        var dossiers = new Option<string?>("--dossiers") { Description = "A folder of dossiers: their records tell of bases, merges, tasks and data.", HelpName = "DIR" };
        var mermaid = new Option<string?>("--mermaid") { Description = "Where to write the graph as a Mermaid flowchart.", HelpName = "FILE" };
        return Verb.Create(tool, "show", "Walks from something to all that it was made from, and to all that came of it. Exit code 1: the ledger and the dossiers know nothing of it.",
            "loragate lineage show routing-good --ledger ledger --vkey ledger.vkey --dossiers dossiers --mermaid lineage.mmd", [what, folder, vkey, dossiers, mermaid, json], (parsed, cancellationToken) =>
        {
            using var index = LedgerIndex.Open(LedgerFolder.Open(parsed.GetValue(folder)!), LedgerVerifier.Read(parsed.GetValue(vkey)!), cancellationToken);
            var known = parsed.GetValue(dossiers) is { } path ? DossierLineage.Read(path) : new LineagePart([], []);
            var source = new LineageSource(index.Beginning, index.Mentioning, index.Named, known);
            var start = source.Find(parsed.GetValue(what)!);
            if (start.Count == 0)
            {
                tool.Screen.Say($"Nothing is known of {parsed.GetValue(what)}.");
                return ExitCode.Rejected;
            }
            var graph = source.Trace(start);
            if (parsed.GetValue(mermaid) is { } file)
                AtomicFile.Write(file, Encoding.UTF8.GetBytes(graph.ToMermaid()));
            if (parsed.GetValue(json))
                tool.Screen.Emit(graph.ToCanonicalJson());
            foreach (var line in Lines(graph))
                tool.Screen.Say(line);
            return ExitCode.Done;
        });
    }

    private static IEnumerable<string> Lines(LineageGraph graph)
    {
        var nodes = graph.Nodes.ToDictionary(node => node.Digest);
        foreach (var start in graph.Start)
            yield return Told(nodes[start]);
        yield return "Made from, the nearest first:";
        foreach (var edge in Walk(graph, edge => edge.To, edge => edge.From))
            yield return $"  {Told(nodes[edge.From])} {edge.Relation} {Told(nodes[edge.To])}";
        yield return "What came of it:";
        foreach (var edge in Walk(graph, edge => edge.From, edge => edge.To))
            yield return $"  {Told(nodes[edge.From])} {edge.Relation} {Told(nodes[edge.To])}";
    }

    private static IEnumerable<LineageEdge> Walk(LineageGraph graph, Func<LineageEdge, Digest> end, Func<LineageEdge, Digest> next)
    {
        var seen = graph.Start.ToHashSet();
        for (var ahead = graph.Start; ahead.Count > 0;)
        {
            var steps = graph.Edges.Where(edge => ahead.Contains(end(edge))).ToList();
            foreach (var step in steps)
                yield return step;
            ahead = [.. steps.Select(next).Distinct().Where(seen.Add)];
        }
    }

    private static string Told(LineageNode node) => node.Entry is { } entry ? $"{LineageText.Of(node)} (entry {entry})" : LineageText.Of(node);
}

using System.Globalization;
using Loragate.Artifacts;
using Loragate.Governance.Ledger;

namespace Loragate.Governance.Lineage;

/// <summary>Where lineages come from: entries of a ledger, found by what they mention, and dossiers.</summary>
/// <param name="beginning">The digests that begin so.</param>
/// <param name="mentions">The entries that mention a digest, each proved to be in the ledger.</param>
/// <param name="named">The entries that are about something of a name.</param>
/// <param name="dossiers">What the dossiers tell.</param>
public sealed class LineageSource(Func<string, IEnumerable<Digest>> beginning, Func<Digest, IEnumerable<LoggedEvent>> mentions, Func<string, IEnumerable<LoggedEvent>> named, LineagePart dossiers)
{
    private readonly Dictionary<Digest, LineagePart> _around = [];

    /// <summary>The things that a word of people means: a digest, the beginning of one as people are shown it, a name, or a name and the number of a release.</summary>
    public IReadOnlyList<Digest> Find(string word)
    {
        ArgumentException.ThrowIfNullOrEmpty(word);
        if (Digest.TryParse(word, out var digest))
            return Around(digest).Nodes.Any(node => node.Digest == digest) ? [digest] : [];
        IEnumerable<Digest> begun = Digest.IsAbbreviation(word) ? beginning(word).Concat(dossiers.Nodes.Select(node => node.Digest)).Where(one => one.Hex.StartsWith(word, StringComparison.Ordinal) && Around(one).Nodes.Any(node => node.Digest == one)) : [];
        return [.. LineagePart.Join([.. named(AdapterOf(word)).Concat(named(word)).Select(EntryLineage.Of), dossiers]).Nodes
            .Where(node => node.Name == word || node.Kind == LineageKind.Release && node.Name.StartsWith(word + " ", StringComparison.Ordinal))
            .Select(node => node.Digest).Concat(begun).Distinct().Order()];
    }

    /// <summary>All that some things were made from and all that came of them, step by step in both directions.</summary>
    public LineageGraph Trace(IReadOnlyList<Digest> start)
    {
        ArgumentNullException.ThrowIfNull(start);
        var edges = new HashSet<LineageEdge>();
        var reached = new HashSet<Digest>(start);
        reached.UnionWith(Walk(start, edges, digest => Around(digest).Edges.Where(edge => edge.To == digest), edge => edge.From));
        reached.UnionWith(Walk(start, edges, digest => Around(digest).Edges.Where(edge => edge.From == digest), edge => edge.To));
        var nodes = reached.Select(digest => Merge(digest, Around(digest).Nodes.Where(node => node.Digest == digest)));
        return new LineageGraph(start, [.. nodes.OrderBy(node => node.Digest)], [.. edges.OrderBy(edge => edge.From).ThenBy(edge => edge.To).ThenBy(edge => edge.Relation, StringComparer.Ordinal)]);
    }

    /// <summary>A release is called by its adapter's name and its number.</summary>
    private static string AdapterOf(string word) =>
        word.LastIndexOf(' ') is > 0 and var at && int.TryParse(word.AsSpan(at + 1), NumberStyles.None, CultureInfo.InvariantCulture, out _) ? word[..at] : word;

    private static HashSet<Digest> Walk(IEnumerable<Digest> start, HashSet<LineageEdge> edges, Func<Digest, IEnumerable<LineageEdge>> steps, Func<LineageEdge, Digest> next)
    {
        var (seen, ahead) = (new HashSet<Digest>(start), new Queue<Digest>(start));
        while (ahead.TryDequeue(out var digest))
        {
            foreach (var edge in steps(digest))
            {
                edges.Add(edge);
                if (seen.Add(next(edge)))
                    ahead.Enqueue(next(edge));
            }
        }
        return seen;
    }

    private LineagePart Around(Digest digest)
    {
        if (!_around.TryGetValue(digest, out var part))
            _around.Add(digest, part = LineagePart.Join([.. mentions(digest).Select(EntryLineage.Of), new LineagePart([.. dossiers.Nodes.Where(node => node.Digest == digest)], [.. dossiers.Around(digest)])]));
        return part;
    }

    /// <summary>Sources know more or less of the same thing: what it is and how it is called is the best that any of them says.</summary>
    private static LineageNode Merge(Digest digest, IEnumerable<LineageNode> told)
    {
        var list = told.ToList();
        var known = list.Find(node => node.Kind != LineageKind.Evidence) ?? list.FirstOrDefault() ?? new LineageNode(digest, LineageKind.Evidence, "", null);
        return known with { Name = list.Where(node => node.Kind == known.Kind).Select(node => node.Name).FirstOrDefault(name => name.Length > 0) ?? "", Entry = list.Min(node => node.Entry) };
    }
}

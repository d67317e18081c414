using System.Globalization;
using System.Text;
using Loragate.Artifacts;
using Loragate.Artifacts.Records;

namespace Loragate.Governance.Lineage;

/// <summary>What some things were made from, and what came of them.</summary>
/// <param name="Start">The things that were asked about.</param>
/// <param name="Nodes">Every thing, by digest.</param>
/// <param name="Edges">Every step between them, by digests.</param>
public sealed record LineageGraph(IReadOnlyList<Digest> Start, IReadOnlyList<LineageNode> Nodes, IReadOnlyList<LineageEdge> Edges) : Record
{
    /// <inheritdoc/>
    public override string Schema => "loragate.lineage/1";

    /// <summary>The graph as a Mermaid flowchart, which Markdown viewers draw; things that were asked about have a thick border.</summary>
    public string ToMermaid()
    {
        var number = Nodes.Index().ToDictionary(node => node.Item.Digest, node => node.Index);
        var text = new StringBuilder("flowchart LR\n");
        foreach (var node in Nodes)
            text.Append(CultureInfo.InvariantCulture, $"    n{number[node.Digest]}[\"{Escape(LineageText.Of(node))}\"]\n");
        foreach (var edge in Edges)
            text.Append(CultureInfo.InvariantCulture, $"    n{number[edge.From]} -->|{Escape(edge.Relation)}| n{number[edge.To]}\n");
        foreach (var start in Start)
            text.Append(CultureInfo.InvariantCulture, $"    style n{number[start]} stroke-width:4px\n");
        return text.ToString();
    }

    /// <summary>Mermaid's entity codes for all but plain words, so that a name draws nothing of its own.</summary>
    private static string Escape(string text) =>
        string.Concat(text.EnumerateRunes().Select(rune => rune.IsAscii && (Rune.IsLetterOrDigit(rune) || rune.Value is ' ' or '.' or '-' or '/' or '_' or ',') ? rune.ToString() : string.Create(CultureInfo.InvariantCulture, $"#{rune.Value};")));
}

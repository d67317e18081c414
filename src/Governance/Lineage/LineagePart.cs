using Loragate.Artifacts;

namespace Loragate.Governance.Lineage;

/// <summary>What one source tells: an entry of a ledger, or a dossier.</summary>
/// <param name="Nodes">The things that it names.</param>
/// <param name="Edges">The steps between them.</param>
public sealed record LineagePart(IReadOnlyList<LineageNode> Nodes, IReadOnlyList<LineageEdge> Edges)
{
    internal static LineagePart Of(IEnumerable<(LineageNode From, LineageNode To, string Relation)> steps, params IEnumerable<LineageNode> alone)
    {
        var list = steps.ToList();
        return new LineagePart([.. list.SelectMany(step => new[] { step.From, step.To }).Concat(alone)], [.. list.Select(step => new LineageEdge(step.From.Digest, step.To.Digest, step.Relation))]);
    }

    internal static LineagePart Join(IEnumerable<LineagePart> parts)
    {
        var list = parts.ToList();
        return new LineagePart([.. list.SelectMany(part => part.Nodes)], [.. list.SelectMany(part => part.Edges)]);
    }

    /// <summary>The steps that lead to a thing, or from it.</summary>
    internal IEnumerable<LineageEdge> Around(Digest digest) => Edges.Where(edge => edge.From == digest || edge.To == digest);
}

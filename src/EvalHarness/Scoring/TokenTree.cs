namespace Loragate.EvalHarness.Scoring;

/// <summary>
/// Token sequences that begin alike, each shared beginning held once. Nodes lie in the order in which they were added, so a node's ancestors
/// lie before it and the first sequence is a chain.
/// </summary>
internal sealed class TokenTree
{
    private const int Root = -1;

    private readonly List<int> _tokens = [];
    private readonly List<int> _parents = [];
    private readonly List<int> _depths = [];
    private readonly Dictionary<(int Parent, int Token), int> _children = [];

    /// <summary>Number of nodes.</summary>
    public int Count => _tokens.Count;

    /// <summary>Nodes of the first sequence: node i below it has parent i − 1.</summary>
    public int ChainLength { get; private set; }

    /// <summary>Token id of each node.</summary>
    public IReadOnlyList<int> Tokens => _tokens;

    /// <summary>Parent of each node; −1 for the root.</summary>
    public IReadOnlyList<int> Parents => _parents;

    /// <summary>Position of each node in its sequence.</summary>
    public IReadOnlyList<int> Depths => _depths;

    /// <summary>Tokens of the longest sequence.</summary>
    public int Depth { get; private set; }

    /// <summary>The ancestor of a node at a smaller depth.</summary>
    public int Ancestor(int node, int depth)
    {
        while (_depths[node] > depth)
            node = _parents[node];
        return node;
    }

    /// <summary>How many nodes a sequence would add.</summary>
    public int Growth(IReadOnlyList<int> sequence)
    {
        var node = Root;
        for (var i = 0; i < sequence.Count; i++)
        {
            if (!_children.TryGetValue((node, sequence[i]), out node))
                return sequence.Count - i;
        }
        return 0;
    }

    /// <summary>Adds a sequence and returns the node of each of its tokens.</summary>
    public int[] Add(IReadOnlyList<int> sequence)
    {
        var isFirst = Count == 0;
        var nodes = new int[sequence.Count];
        var parent = Root;
        for (var depth = 0; depth < nodes.Length; depth++)
            parent = nodes[depth] = Child(parent, sequence[depth], depth);
        if (isFirst)
            ChainLength = Count;
        Depth = Math.Max(Depth, nodes.Length);
        return nodes;
    }

    private int Child(int parent, int token, int depth)
    {
        if (_children.TryGetValue((parent, token), out var child))
            return child;
        child = Count;
        _children.Add((parent, token), child);
        _tokens.Add(token);
        _parents.Add(parent);
        _depths.Add(depth);
        return child;
    }
}

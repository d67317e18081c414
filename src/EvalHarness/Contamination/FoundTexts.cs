namespace Loragate.EvalHarness.Contamination;

/// <summary>
/// Which of many texts occur in others, word for word, and what of the others they cover, in one pass over each (A. Aho, M. Corasick, "Efficient string matching", 1975): a row is
/// a stranger's, and to hold each text against each place takes hours for one of a word over and over.
/// </summary>
internal sealed class FoundTexts
{
    private readonly Dictionary<(int Node, string Word), int> _next = [];
    private readonly List<(int Parent, string Word, int Depth)> _nodes = [(0, "", 0)];
    private readonly IReadOnlyList<int> _ends;
    private readonly IReadOnlyList<int> _byDepth;
    private readonly int[] _shorter;
    private readonly int[] _longest;
    private readonly bool[] _isReached;

    private FoundTexts(IReadOnlyList<IReadOnlyList<string>> texts)
    {
        _ends = [.. texts.Select(Grow)];
        _byDepth = [.. Enumerable.Range(1, _nodes.Count - 1).OrderBy(node => _nodes[node].Depth)];
        (_shorter, _longest, _isReached) = (new int[_nodes.Count], new int[_nodes.Count], new bool[_nodes.Count]);
        foreach (var end in _ends)
            _longest[end] = _nodes[end].Depth;
        foreach (var node in _byDepth)
        {
            var (parent, word, depth) = _nodes[node];
            _shorter[node] = depth == 1 ? 0 : Follow(_shorter[parent], word);
            _longest[node] = Math.Max(_longest[node], _longest[_shorter[node]]);
        }
    }

    /// <summary>Looks for texts of one word or more in others.</summary>
    /// <returns>Those that occur, in their order, and of each of the others which of its words they cover.</returns>
    public static (IReadOnlyList<IReadOnlyList<string>> Found, IReadOnlyList<bool[]> IsCovered) In(IReadOnlyList<IReadOnlyList<string>> others, IReadOnlyList<IReadOnlyList<string>> texts)
    {
        var finder = new FoundTexts(texts);
        IReadOnlyList<bool[]> covered = [.. others.Select(finder.Covered)];
        foreach (var node in finder._byDepth.Reverse().Where(node => finder._isReached[node]))
            finder._isReached[finder._shorter[node]] = true;
        return ([.. texts.Where((_, i) => finder._isReached[finder._ends[i]])], covered);
    }

    private int Grow(IReadOnlyList<string> text)
    {
        var node = 0;
        foreach (var word in text)
        {
            if (!_next.TryGetValue((node, word), out var next))
            {
                next = _nodes.Count;
                _next.Add((node, word), next);
                _nodes.Add((node, word, _nodes[node].Depth + 1));
            }
            node = next;
        }
        return node;
    }

    private int Follow(int node, string word)
    {
        int next;
        while (!_next.TryGetValue((node, word), out next))
        {
            if (node == 0)
                return 0;
            node = _shorter[node];
        }
        return next;
    }

    private bool[] Covered(IReadOnlyList<string> words)
    {
        var longest = new int[words.Count];
        var node = 0;
        for (var i = 0; i < words.Count; i++)
        {
            node = Follow(node, words[i]);
            _isReached[node] = true;
            longest[i] = _longest[node];
        }
        var covered = new bool[words.Count];
        var left = 0;
        for (var i = words.Count - 1; i >= 0; i--)
        {
            left = Math.Max(left - 1, longest[i]);
            covered[i] = left > 0;
        }
        return covered;
    }
}

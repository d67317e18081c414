namespace Loragate.EvalHarness.Tokenizers.Models;

/// <summary>Pieces of a vocabulary by their characters, to find all that begin at one place.</summary>
internal sealed class PieceTrie
{
    private readonly Dictionary<(int Node, char Character), int> _next = [];
    private readonly List<int> _ids = [-1];

    public void Add(string piece, int id)
    {
        var node = 0;
        foreach (var c in piece)
        {
            if (!_next.TryGetValue((node, c), out var child))
            {
                child = _ids.Count;
                _ids.Add(-1);
                _next.Add((node, c), child);
            }
            node = child;
        }
        _ids[node] = id;
    }

    /// <summary>The pieces that begin at <paramref name="start"/>, the shortest first.</summary>
    public IEnumerable<(int Length, int Id)> Prefixes(string text, int start)
    {
        var node = 0;
        for (var at = start; at < text.Length && _next.TryGetValue((node, text[at]), out node); at++)
        {
            if (_ids[node] >= 0)
                yield return (at + 1 - start, _ids[node]);
        }
    }

    /// <summary>Length of the longest piece that begins at <paramref name="start"/>; 0 where there is none.</summary>
    public int LongestPrefix(string text, int start)
    {
        var longest = 0;
        foreach (var (length, _) in Prefixes(text, start))
            longest = length;
        return longest;
    }
}

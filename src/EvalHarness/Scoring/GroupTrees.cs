namespace Loragate.EvalHarness.Scoring;

/// <summary>A tree of one group with the requests that it answers.</summary>
/// <param name="Tree">The tree.</param>
/// <param name="Requests">The requests.</param>
/// <param name="Start">Position of the tree's first token.</param>
/// <param name="IsLong">Whether its sequences are long ones: positions, and so hidden states, differ between long and short.</param>
internal sealed record GroupTrees(TokenTree Tree, List<PlacedRequest> Requests, int Start, bool IsLong)
{
    /// <summary>
    /// Puts the requests of a group into trees: those that share their first token, its position and the kind of positions share a tree, as long as it has at most
    /// <paramref name="maxTokens"/> tokens. Every token of a tree therefore sees the tree's first.
    /// </summary>
    public static IReadOnlyList<GroupTrees> Grow(IReadOnlyList<TokenPath> paths, int group, int maxTokens)
    {
        var grown = new List<GroupTrees>();
        var open = new Dictionary<(int, int, bool), GroupTrees>();
        for (var index = 0; index < paths.Count; index++)
        {
            var path = paths[index];
            if (!open.TryGetValue((path.Inputs[0], path.Start, path.IsLong), out var home) || home.Tree.Count + home.Tree.Growth(path.Inputs) > maxTokens)
            {
                home = new GroupTrees(new TokenTree(), [], path.Start, path.IsLong);
                grown.Add(home);
                open[(path.Inputs[0], path.Start, path.IsLong)] = home;
            }
            var nodes = home.Tree.Add(path.Inputs);
            home.Requests.Add(new PlacedRequest(group, index, path, home.Tree, new ArraySegment<int>(nodes, path.FirstScored, path.Targets.Count)));
        }
        return grown;
    }
}

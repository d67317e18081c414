namespace Loragate.EvalHarness.Scoring;

/// <summary>What is run through the model at once.</summary>
/// <param name="Trees">The trees on the flat token axis, in order.</param>
/// <param name="Requests">The requests that they answer.</param>
/// <param name="Start">Position of the trees' first tokens; trees behind a kept beginning and others never share a pass.</param>
/// <param name="IsLong">Whether the sequences are long ones; long and short ones never share a pass.</param>
/// <param name="GroupsEnding">How many groups end in this pass.</param>
internal sealed record ScoringPass(IReadOnlyList<TokenTree> Trees, IReadOnlyList<PlacedRequest> Requests, int Start, bool IsLong, int GroupsEnding)
{
    /// <summary>Cuts groups into passes: in the order given, as many trees as fit. What was scored before has no say in it.</summary>
    /// <param name="groups">Requests by group; the groups are read one by one.</param>
    /// <param name="tokensPerPass">Tokens that a pass holds; one longer request is a pass of its own.</param>
    /// <param name="read">Reads a request: (request, group, index).</param>
    public static IEnumerable<ScoringPass> Plan(
        IReadOnlyList<IReadOnlyList<ScoringRequest>> groups, int tokensPerPass, Func<ScoringRequest, int, int, TokenPath> read)
    {
        var trees = new List<TokenTree>();
        var requests = new List<PlacedRequest>();
        var (tokens, ended, start, isLong) = (0, 0, 0, false);
        for (var group = 0; group < groups.Count; group++)
        {
            var ofGroup = GroupTrees.Grow(groups[group].Select((request, index) => read(request, group, index)).ToList(), group, tokensPerPass);
            foreach (var part in ofGroup)
            {
                if (trees.Count > 0 && (tokens + part.Tree.Count > tokensPerPass || part.Start != start || part.IsLong != isLong))
                {
                    yield return new ScoringPass(trees, requests, start, isLong, group - ended);
                    (trees, requests, tokens, ended) = ([], [], 0, group);
                }
                (start, isLong) = (part.Start, part.IsLong);
                trees.Add(part.Tree);
                requests.AddRange(part.Requests);
                tokens += part.Tree.Count;
            }
        }
        if (trees.Count > 0)
            yield return new ScoringPass(trees, requests, start, isLong, groups.Count - ended);
    }
}

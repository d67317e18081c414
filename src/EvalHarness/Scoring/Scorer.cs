using Loragate.Artifacts.Records;
using Loragate.EvalHarness.Models;
using static TorchSharp.torch;

namespace Loragate.EvalHarness.Scoring;

/// <summary>
/// Scores continuations. The requests of a group (an item's choices) form a token tree, so that what they share is computed once; trees are
/// packed into passes over one flat token axis, without padding. The same call gives the same bits on one machine with one thread count;
/// other packings differ by the rounding of float32 sums only.
/// </summary>
/// <param name="model">The model; it stays the caller's.</param>
/// <param name="threads">CPU threads of a pass, for the whole process: the sums of a matrix product may depend on it.</param>
public sealed class Scorer(LanguageModel model, int threads)
{
    /// <summary>Tokens of a pass unless the caller knows better: large enough for full speed, small enough to stay in cache.</summary>
    public const int DefaultTokensPerPass = 1024;

    private readonly LanguageModel _model = model ?? throw new ArgumentNullException(nameof(model));
    private readonly int _threads = threads > 0 ? threads : throw new ArgumentOutOfRangeException(nameof(threads), threads, "One thread at least.");

    /// <summary>This engine, for records.</summary>
    /// <param name="version">The build.</param>
    public EngineInfo Describe(string version) => _model.Describe(version, "prefix-packed/1");

    /// <summary>Scores groups of requests.</summary>
    /// <param name="groups">Requests that begin alike, by group; an empty group has an empty answer.</param>
    /// <param name="tokensPerPass">Tokens that are run at once, which bounds the memory; a longer request is run alone.</param>
    /// <param name="progress">Hears how many groups are answered, after each pass.</param>
    /// <param name="cancellation">Stops between layers.</param>
    /// <returns>The answers in the order of the requests.</returns>
    /// <exception cref="ModelException">A request does not fit the model, or the model's logits are not finite; the message names group and request.</exception>
    public IReadOnlyList<IReadOnlyList<ScoringResult>> Score(
        IReadOnlyList<IReadOnlyList<ScoringRequest>> groups, int tokensPerPass, IProgress<int>? progress, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(groups);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(tokensPerPass);
        set_num_threads(_threads);
        using var inference = inference_mode();
        var results = groups.Select(g => new ScoringResult[g.Count]).ToArray();
        foreach (var pass in ScoringPass.Plan(groups, tokensPerPass, (request, group, index) => TokenPath.Of(request, _model, Place(group, index))))
        {
            Run(pass, results, cancellation);
            progress?.Report(pass.GroupsDone);
        }
        return results;
    }

    private void Run(ScoringPass pass, ScoringResult[][] results, CancellationToken cancellation)
    {
        using var scope = NewDisposeScope();
        var plan = new ForestAttention(_model.AttentionShape, pass.Trees, _model.Type, _model.Device);
        var tokens = pass.Trees.SelectMany(t => t.Tokens).ToArray();
        var depths = pass.Trees.SelectMany(t => t.Depths).ToArray();
        var hidden = _model.Hidden(tokens, depths, plan, cancellation);
        var targets = Targets(pass);
        var scores = TargetScores.Of(_model, hidden, targets, cancellation);
        var next = 0;
        foreach (var request in pass.Requests)
        {
            results[request.Group][request.Index] = Result(request, scores, next);
            next += request.Path.Targets.Count;
        }
    }

    private ScoringResult Result(PlacedRequest request, TargetScores scores, int start)
    {
        var (sum, isGreedy, isFinite) = scores.Sum(start, request.Path.Targets.Count);
        return isFinite
            ? new ScoringResult(sum, isGreedy, request.Path.IsTruncated)
            : throw new ModelException(Place(request.Group, request.Index), "the model's logits are not finite", "Inspect the weights for NaN and infinity; if they have none, evaluate in float32.");
    }

    private static List<(int Row, int Token)> Targets(ScoringPass pass)
    {
        var starts = new Dictionary<TokenTree, int>(ReferenceEqualityComparer.Instance);
        var start = 0;
        foreach (var tree in pass.Trees)
        {
            starts.Add(tree, start);
            start += tree.Count;
        }
        return [.. pass.Requests.SelectMany(r => r.Nodes.Zip(r.Path.Targets, (node, token) => (starts[r.Tree] + node, token)))];
    }

    private string Place(int group, int index) => $"{_model.Name}, group {group}, request {index}";
}

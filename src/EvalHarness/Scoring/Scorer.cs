using System.Globalization;
using Loragate.Artifacts;
using Loragate.EvalHarness.Journals;
using Loragate.EvalHarness.Models;
using static TorchSharp.torch;

namespace Loragate.EvalHarness.Scoring;

/// <summary>
/// Scores continuations. The requests of a group (an item's choices) form a token tree, so that what they share is computed once; trees are
/// packed into passes over one flat token axis, without padding. What all groups begin with (fixed examples) is run once, and its keys and values
/// are kept for every pass. A pass is computed by one thread, and threads take passes: so the same call
/// gives the same bits on one machine whatever their number. Other packings differ by the rounding of float32 sums only.
/// </summary>
/// <param name="model">The model; it stays the caller's.</param>
/// <param name="threads">How many passes a processor computes at once; an accelerator computes one at a time, whose parts it shares out itself. Torch's own thread count is set to 1.</param>
public sealed class Scorer(LanguageModel model, int threads)
{
    /// <summary>Tokens of a pass unless the caller knows better: large enough for full speed, small enough to stay in cache and to share out among threads.</summary>
    public const int DefaultTokensPerPass = 512;

    private readonly LanguageModel _model = model ?? throw new ArgumentNullException(nameof(model));
    private readonly int _passesAtOnce = threads > 0 ? PassesAtOnce(model.Device, threads) : throw new ArgumentOutOfRangeException(nameof(threads), threads, "One thread at least.");

    /// <summary>Scores groups of requests.</summary>
    /// <param name="groups">Requests that begin alike, by group; an empty group has an empty answer.</param>
    /// <param name="tokensPerPass">Tokens that are run at once, which bounds the memory; a longer request is run alone.</param>
    /// <param name="progress">Hears how many groups are answered, after each pass.</param>
    /// <param name="cancellation">Stops between layers.</param>
    /// <returns>The answers in the order of the requests.</returns>
    /// <exception cref="ModelException">A request does not fit the model, or the model's logits are not finite; the message names group and request.</exception>
    public IReadOnlyList<IReadOnlyList<ScoringResult>> Score(
        IReadOnlyList<IReadOnlyList<ScoringRequest>> groups, int tokensPerPass, IProgress<int>? progress, CancellationToken cancellation) =>
        Score(groups, tokensPerPass, null, progress, cancellation);

    /// <summary>Scores groups of requests, and keeps the answers of each pass: one that was made before is not made again, so that all bits are those of a run that was never interrupted.</summary>
    /// <exception cref="ModelException">See above.</exception>
    /// <exception cref="IOException">An answer cannot be kept.</exception>
    internal IReadOnlyList<IReadOnlyList<ScoringResult>> Score(
        IReadOnlyList<IReadOnlyList<ScoringRequest>> groups, int tokensPerPass, KeptAnswers? kept, IProgress<int>? progress, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(groups);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(tokensPerPass);
        var common = CheckAll(groups, cancellation);
        using var beginning = common.Count == 0 ? null : KeptBeginning.Run(_model, common, cancellation);
        var results = groups.Select(g => new ScoringResult[g.Count]).ToArray();
        var done = new GroupCount(progress);
        void Answer(ScoringPass pass)
        {
            var answers = Kept(pass, kept) ?? Run(pass, beginning, kept, cancellation);
            foreach (var (request, answer) in pass.Requests.Zip(answers))
                results[request.Group][request.Index] = answer;
            done.Add(pass.GroupsEnding);
        }

        InParallel.ForEach(
            ScoringPass.Plan(groups, tokensPerPass, (request, group, index) => Read(request, group, index).Behind(common)),
            new ParallelOptions { MaxDegreeOfParallelism = _passesAtOnce, CancellationToken = cancellation },
            Answer);
        return results;
    }

    /// <summary>
    /// Refuses what cannot be scored before anything is computed; returns what all groups begin with. Each request is read again when its pass comes: kept, what was read would take
    /// as much memory as all requests, for some additions of whole numbers saved.
    /// </summary>
    private IReadOnlyList<int> CheckAll(IReadOnlyList<IReadOnlyList<ScoringRequest>> groups, CancellationToken cancellation)
    {
        var common = new CommonBeginning();
        for (var group = 0; group < groups.Count; group++)
        {
            cancellation.ThrowIfCancellationRequested();
            for (var index = 0; index < groups[group].Count; index++)
                common.Add(Read(groups[group][index], group, index), group);
        }
        return common.Tokens;
    }

    /// <summary>How many passes are computed at once on a device.</summary>
    internal static int PassesAtOnce(Device device, int threads) => device.type == TorchSharp.DeviceType.CPU ? threads : 1;

    private static ScoringResult[]? Kept(ScoringPass pass, KeptAnswers? kept) =>
        kept?.Find<ScoringResult[]>(NameOf(pass)) is { } found && found.Length == pass.Requests.Count && Array.TrueForAll(found, static answer => answer is not null) ? found : null;

    /// <summary>A pass is named by its first request: the passes of the same requests and size are the same.</summary>
    private static string NameOf(ScoringPass pass) => string.Create(CultureInfo.InvariantCulture, $"pass {pass.Requests[0].Group}.{pass.Requests[0].Index}");

    private ScoringResult[] Run(ScoringPass pass, KeptBeginning? beginning, KeptAnswers? kept, CancellationToken cancellation)
    {
        set_num_threads(1);
        using var inference = inference_mode();
        using var scope = NewDisposeScope();
        var plan = new ForestAttention(_model, pass.Trees, pass.Start == 0 ? null : beginning);
        var tokens = pass.Trees.SelectMany(t => t.Tokens).ToArray();
        var positions = pass.Trees.SelectMany(t => t.Depths).Select(depth => pass.Start + depth).ToArray();
        var hidden = _model.Hidden(tokens, positions, pass.IsLong, plan, cancellation);
        var targets = Targets(pass);
        var scores = TargetScores.Of(_model, hidden, targets, cancellation);
        var answers = new ScoringResult[pass.Requests.Count];
        var next = 0;
        for (var i = 0; i < answers.Length; i++)
        {
            answers[i] = Result(pass.Requests[i], scores, next);
            next += pass.Requests[i].Path.Targets.Count;
        }
        kept?.Add(NameOf(pass), answers);
        return answers;
    }

    private ScoringResult Result(PlacedRequest request, TargetScores scores, int start)
    {
        var (sum, isGreedy, margin, isFinite) = scores.Sum(start, request.Path.Targets.Count);
        return isFinite
            ? new ScoringResult(sum, isGreedy, request.Path.IsTruncated, margin)
            : throw new ModelException(Place(request.Group, request.Index), "the model's logits are not finite", "Its weights are, so numbers grew too large on the way: evaluate in float32.");
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

    private TokenPath Read(ScoringRequest request, int group, int index) => TokenPath.Of(request, _model, Place(group, index));

    private string Place(int group, int index) => $"{_model.Name}, group {group}, request {index}";
}

using Loragate.Artifacts.Records.Evaluating;
using Loragate.EvalHarness.Scoring;
using Loragate.EvalHarness.Tasks;
using Loragate.EvalHarness.Tokenizers;

namespace Loragate.EvalHarness.Evaluating;

/// <summary>One task's way from documents to items: prepare → encode → score → measure.</summary>
internal sealed class TaskRun(IAnswerSource source, Tokenizer tokenizer, RequestEncoder encoder, EvaluationQuestion question)
{
    private const int MostAnswersInEveryWay = 4;

    private readonly EvaluationTask _task = question.Task;
    private readonly List<int> _truncated = [];
    private readonly List<int> _coinFlips = [];

    /// <summary>Rows whose context did not fit the model.</summary>
    public IReadOnlyList<int> Truncated => _truncated;

    /// <summary>Rows of which the engine's noise can turn the likeliest choice.</summary>
    public IReadOnlyList<int> CoinFlips => _coinFlips;

    /// <summary>Rows that ask just what an earlier row asks.</summary>
    public IReadOnlyList<int> Repeated { get; private set; } = [];

    /// <summary>Rows whose right answer is none of their choices; null where there are none.</summary>
    public IReadOnlyList<int>? Unanswerable { get; private set; }

    public IReadOnlyList<EvaluatedItem> Run(IReadOnlyList<TaskItem> items, IProgress<EvaluationProgress>? progress, CancellationToken cancellationToken)
    {
        Repeated = RepeatedItems.Find(_task, question.Data, question.Fields);
        Unanswerable = UnanswerableIn(_task, items);
        return _task.OutputType == "generate_until" ? Generate(items, progress, cancellationToken) : Score(items, progress, cancellationToken);
    }

    /// <summary>Rows whose right answer is none of their choices; null where there are none.</summary>
    internal static IReadOnlyList<int>? UnanswerableIn(EvaluationTask task, IEnumerable<TaskItem> items) =>
        items.Where(task.IsUnanswerable).Select(static item => item.Document.Id).ToArray() is { Length: > 0 } rows ? rows : null;

    private List<EvaluatedItem> Score(IReadOnlyList<TaskItem> items, IProgress<EvaluationProgress>? progress, CancellationToken cancellationToken)
    {
        var groups = items.Select(item => Encode(item, source.MaxLength)).ToList();
        var relay = progress is null ? null : new CountRelay(progress, items.Count);
        var results = source.Score(groups, relay, cancellationToken);
        return [.. items.Select((item, i) => Measure(item, groups[i], results[i]))];
    }

    private IReadOnlyList<ScoringRequest> Encode(TaskItem item, int maxLength)
    {
        var place = $"{_task.Name}, row {item.Document.Id}";
        return item.Rolling is { } text
            ? encoder.EncodeRolling(text, maxLength, place)
            : Shared([.. item.Continuations.Select(c => encoder.Encode(c, place))]);
    }

    /// <summary>Requests whose contexts are equal, with one context in memory.</summary>
    private static ScoringRequest[] Shared(ScoringRequest[] requests)
    {
        for (var i = 1; i < requests.Length; i++)
        {
            if (requests[i].Context.SequenceEqual(requests[i - 1].Context))
                requests[i] = requests[i] with { Context = requests[i - 1].Context };
        }
        return requests;
    }

    private EvaluatedItem Measure(TaskItem item, IReadOnlyList<ScoringRequest> requests, IReadOnlyList<ScoringResult> results)
    {
        if (results.Any(r => r.IsTruncated))
            _truncated.Add(item.Document.Id);
        IReadOnlyList<Response> responses = item.Rolling is null
            ? [.. results.Zip(requests, static (r, request) => new Response(r.LogLikelihood, r.IsGreedy, Tokens: request.Continuation.Count, GreedyMargin: r.GreedyMargin))]
            : [new Response(results.Sum(r => r.LogLikelihood), results.All(r => r.IsGreedy))];
        if (IsCoinFlip(item, responses, source.Noise))
            _coinFlips.Add(item.Document.Id);
        return ScoredItem(question, item, responses, source.Noise);
    }

    /// <summary>Whether the engine's noise can turn the likeliest choice of a document, or a token of its text.</summary>
    internal static bool IsCoinFlip(TaskItem item, IReadOnlyList<Response> responses, double noise) => item.Generation is not null
        ? IsNear(responses[0], noise)
        : responses.Take(Math.Max(1, item.Choices.Count)).Select(r => r.LogLikelihood).OrderDescending().Take(2).ToArray() is [var best, var second] && best - second < 2 * noise;

    /// <summary>
    /// The scores of one of few values (right or wrong, for or against a group) that turn when the noise moves the answers; of a text that may as well be another one,
    /// whatever it may score, all scores.
    /// </summary>
    private static IReadOnlyList<string> Unsteady(EvaluationTask task, TaskItem item, IReadOnlyList<Response> responses, IReadOnlyDictionary<string, double> scores, double noise)
    {
        if (item.Generation is not null)
            return IsNear(responses[0], noise) ? [.. scores.Keys] : [];
        string[] names = [.. scores.Where(score => score.Value is -1 or 0 or 1).Select(score => score.Key)];
        if (names.Length == 0)
            return [];
        var moved = Moved(item, responses, noise).Select(answers => task.Score(item, answers)).ToList();
        return [.. names.Where(name => moved.Any(other => other[name] is -1 or 0 or 1 && other[name] != scores[name]))];
    }

    /// <summary>The answers as the noise may move them: their log-likelihoods, and the greedy flags that stand on as little, all for or all against.</summary>
    private static IEnumerable<IReadOnlyList<Response>> Moved(TaskItem item, IReadOnlyList<Response> responses, double noise)
    {
        if (responses.Count > 1)
        {
            foreach (var move in Moves(responses.Count, item.Choices.Count))
                yield return [.. responses.Select((r, i) => r with { LogLikelihood = r.LogLikelihood + (move(i) ? noise : -noise) })];
        }
        if (responses.Any(r => IsNear(r, noise)))
        {
            yield return [.. responses.Select(r => IsNear(r, noise) ? r with { IsGreedy = true } : r)];
            yield return [.. responses.Select(r => IsNear(r, noise) ? r with { IsGreedy = false } : r)];
        }
    }

    /// <summary>Whether the noise can make another token the likeliest somewhere.</summary>
    private static bool IsNear(Response response, double noise) => response.GreedyMargin is { } margin && Math.Abs(margin) < 2 * noise;

    /// <summary>
    /// Which answers are lifted, the others lowered: every way where they are few; else each alone, which turns whatever compares the best with the rest,
    /// and each with all others' answers without context, which turns what compares the differences of the two.
    /// </summary>
    private static IEnumerable<Func<int, bool>> Moves(int answers, int choices)
    {
        if (answers <= MostAnswersInEveryWay)
            return Enumerable.Range(0, 1 << answers).Select(mask => (Func<int, bool>)(i => (mask >> i & 1) == 1));
        var alone = Enumerable.Range(0, answers).Select(lifted => (Func<int, bool>)(i => i == lifted));
        return answers == 2 * choices
            ? alone.Concat(Enumerable.Range(0, choices).Select(lifted => (Func<int, bool>)(i => i < choices ? i == lifted : i - choices != lifted)))
            : alone;
    }

    private List<EvaluatedItem> Generate(IReadOnlyList<TaskItem> items, IProgress<EvaluationProgress>? progress, CancellationToken cancellationToken)
    {
        var result = new List<EvaluatedItem>(items.Count);
        foreach (var item in items)
        {
            IReadOnlyList<Response> responses = [Generate(item.Document.Id, item.Generation!, cancellationToken)];
            if (IsCoinFlip(item, responses, source.Noise))
                _coinFlips.Add(item.Document.Id);
            result.Add(ScoredItem(question, item, responses, source.Noise));
            progress?.Report(new EvaluationProgress(result.Count, items.Count));
        }
        return result;
    }

    /// <summary>Greedy tokens up to an end token or a stop text; the text is cut before the first stop text (lm_eval/models/huggingface.py, generate_until).</summary>
    private Response Generate(int item, GenerationRequest request, CancellationToken cancellationToken)
    {
        var prompt = encoder.EncodePrompt(request.Context);
        var generated = source.Generate(item, prompt, request.MaxTokens, tokens => tokenizer.EosIds.Contains(tokens[^1]) || request.Until.Any(Decode(tokens).Contains), cancellationToken);
        var text = request.Until.Where(stop => stop.Length > 0).Aggregate(Decode(generated.Tokens), static (rest, stop) => rest.Split(stop)[0]);
        return Response.Generated(text) with { GreedyMargin = generated.Margin };
    }

    private string Decode(IReadOnlyList<int> tokens) => tokenizer.Decode(tokens, skipSpecialTokens: true);

    /// <summary>A document's answers with the scores that follow from them.</summary>
    internal static EvaluatedItem ScoredItem(EvaluationQuestion question, TaskItem item, IReadOnlyList<Response> responses, double noise)
    {
        var text = item.Generation is null ? null : responses[0].Text;
        var scored = new EvaluatedItem(
            item.Document.Id,
            text is null ? [.. responses.Select(r => r.LogLikelihood)] : [],
            text is null ? [.. responses.Select(r => r.IsGreedy)] : [],
            item.Gold,
            new SortedDictionary<string, double>(question.Task.Score(item, responses).ToDictionary(), StringComparer.Ordinal),
            text,
            question.Fields.Count == 0 ? null : new SortedDictionary<string, string>(question.Fields.ToDictionary(f => f, item.Document.Field), StringComparer.Ordinal));
        return Unsteady(question.Task, item, responses, scored.Scores, noise) is { Count: > 0 } unsteady ? scored with { Unsteady = unsteady } : scored;
    }

    private sealed class CountRelay(IProgress<EvaluationProgress> progress, int total) : IProgress<int>
    {
        public void Report(int value) => progress.Report(new EvaluationProgress(value, total));
    }
}

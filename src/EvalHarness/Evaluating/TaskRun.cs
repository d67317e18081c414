using Loragate.EvalHarness.Scoring;
using Loragate.EvalHarness.Tasks;
using Loragate.EvalHarness.Tokenizers;

namespace Loragate.EvalHarness.Evaluating;

/// <summary>One task's way from documents to answers: encode → score or generate.</summary>
internal sealed class TaskRun(IAnswerSource source, Tokenizer tokenizer, RequestEncoder encoder, string task)
{
    private readonly List<int> _truncated = [];

    /// <summary>Rows whose context did not fit the model.</summary>
    public IReadOnlyList<int> Truncated => _truncated;

    /// <summary>The answers of every document, in its order of requests.</summary>
    public IReadOnlyList<IReadOnlyList<Response>> Run(IReadOnlyList<TaskItem> items, IProgress<EvaluationProgress>? progress, CancellationToken cancellationToken) =>
        items is [{ Generation: not null }, ..] ? Generate(items, progress, cancellationToken) : Score(items, progress, cancellationToken);

    private List<IReadOnlyList<Response>> Score(IReadOnlyList<TaskItem> items, IProgress<EvaluationProgress>? progress, CancellationToken cancellationToken)
    {
        var groups = items.Select(item => Encode(item, source.MaxLength)).ToList();
        var relay = progress is null ? null : new CountRelay(progress, items.Count);
        var results = source.Score(groups, relay, cancellationToken);
        return [.. items.Select((item, i) => Respond(item, groups[i], results[i]))];
    }

    private IReadOnlyList<ScoringRequest> Encode(TaskItem item, int maxLength)
    {
        var place = $"{task}, row {item.Document.Id}";
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

    private IReadOnlyList<Response> Respond(TaskItem item, IReadOnlyList<ScoringRequest> requests, IReadOnlyList<ScoringResult> results)
    {
        if (results.Any(r => r.IsTruncated))
            _truncated.Add(item.Document.Id);
        return item.Rolling is null
            ? [.. results.Zip(requests, static (r, request) => new Response(r.LogLikelihood, r.IsGreedy, Tokens: request.Continuation.Count, GreedyMargin: r.GreedyMargin))]
            : [new Response(results.Sum(r => r.LogLikelihood), results.All(r => r.IsGreedy))];
    }

    private List<IReadOnlyList<Response>> Generate(IReadOnlyList<TaskItem> items, IProgress<EvaluationProgress>? progress, CancellationToken cancellationToken)
    {
        var result = new List<IReadOnlyList<Response>>(items.Count);
        foreach (var item in items)
        {
            result.Add([Generate(item.Document.Id, item.Generation!, cancellationToken)]);
            progress?.Report(new EvaluationProgress(result.Count, items.Count));
        }
        return result;
    }

    /// <summary>Greedy tokens up to an end token or a stop text; the text is cut before the first stop text (lm_eval/models/huggingface.py, generate_until).</summary>
    private Response Generate(int item, GenerationRequest request, CancellationToken cancellationToken)
    {
        var prompt = encoder.EncodePrompt(request.Context);
        var generated = source.Generate(item, prompt, request.MaxTokens, tokens => tokenizer.EosIds.Contains(tokens[^1]) || request.Until.Any(Decode(tokens).Contains), cancellationToken);
        if (generated.IsTruncated)
            _truncated.Add(item);
        var text = request.Until.Where(stop => stop.Length > 0).Aggregate(Decode(generated.Tokens), static (rest, stop) => rest.Split(stop)[0]);
        return Response.Generated(text) with { GreedyMargin = generated.Margin };
    }

    private string Decode(IReadOnlyList<int> tokens) => tokenizer.Decode(tokens, skipSpecialTokens: true);

    private sealed class CountRelay(IProgress<EvaluationProgress> progress, int total) : IProgress<int>
    {
        public void Report(int value) => progress.Report(new EvaluationProgress(value, total));
    }
}

using System.Text;
using Loragate.Artifacts;
using Loragate.Artifacts.Records.Evaluating;
using Loragate.EvalHarness.Tasks;
using Loragate.EvalHarness.Tasks.Filters;
using Loragate.EvalHarness.Tasks.Metrics;
using Loragate.EvalHarness.Templates;

namespace Loragate.EvalHarness.Exchange;

/// <summary>One document as a line of lm-evaluation-harness's samples files (lm_eval/evaluator.py, lm_eval/loggers/evaluation_tracker.py).</summary>
internal sealed class HarnessSample(EvaluationTask task, TaskItem item, EvaluatedItem scored)
{
    /// <summary>The digests that the harness joins into a task's: of the document, its prompt and its target.</summary>
    public string Hashes => Hash(Document) + Hash(Prompt) + Hash(item.Target);

    private string Document => PythonJson.Indented(item.Document.Row);

    private string Prompt => item.Rolling ?? item.Generation?.Context ?? item.Continuations[0].Context;

    /// <summary>The line of a filter chain.</summary>
    public DictValue Line(FilterChain chain)
    {
        var plans = task.Plans.Where(plan => plan.Chain == chain.Name).Select(plan => (plan.Metric, Value: Score(plan))).Where(static score => score.Value is not null).ToList();
        return Values.Dict(
            [
                ("doc_id", Values.Of(item.Document.Id)),
                ("doc", item.Document.Row),
                ("target", Values.Of(item.Target)),
                ("arguments", Values.Dict(Requests().Select(static (request, i) => ($"gen_args_{i}", (Value)Values.Dict(request.Select(static (argument, j) => ($"arg_{j}", argument))))))),
                ("resps", Values.List(Answers().Select(static answer => Values.List(answer)))),
                ("filtered_resps", scored.Text is { } text ? Values.List(Values.Of(chain.Apply(text, item.Document))) : Values.List(Answers())),
                ("filter", Values.Of(chain.Name)),
                ("metrics", Values.List(plans.Select(static plan => Values.Of(plan.Metric)))),
                ("doc_hash", Values.Of(Hash(Document))),
                ("prompt_hash", Values.Of(Hash(Prompt))),
                ("target_hash", Values.Of(Hash(item.Target))),
                .. plans.Select(static plan => (plan.Metric, plan.Value!)),
            ]);
    }

    /// <summary>The harness's <c>hash_string</c>.</summary>
    internal static string Hash(string text) => Digest.Of(Encoding.UTF8.GetBytes(text)).Hex;

    private IEnumerable<IReadOnlyList<Value>> Requests()
    {
        if (item.Rolling is { } text)
            return [[Values.Of(text)]];
        if (item.Generation is not { } generation)
            return item.Continuations.Select(static request => (IReadOnlyList<Value>)[Values.Of(request.Context), Values.Of(request.Continuation)]);
        var options = Values.Dict(("until", Values.List(generation.Until.Select(Values.Of))), ("do_sample", BoolValue.Of(false)), ("temperature", Values.Of(0.0)), ("max_gen_toks", Values.Of(generation.MaxTokens)));
        return [[Values.Of(generation.Context), options]];
    }

    // The harness writes answers as texts.
    private IEnumerable<Value> Answers()
    {
        if (scored.Text is { } text)
            return [Values.Of(text)];
        if (item.Rolling is not null)
            return [Values.Of(Values.Of(scored.LogLikelihoods[0]).Text)];
        return scored.LogLikelihoods.Zip(scored.Greedy, static (ll, greedy) => (Value)Values.List(Values.Of(Values.Of(ll).Text), Values.Of(greedy ? "True" : "False")));
    }

    /// <summary>What the harness keeps of a document for a metric: its score, or the pair that a perplexity divides; null where it keeps something else.</summary>
    private Value? Score(MetricPlan plan)
    {
        if (item.Rolling is not null)
            return Values.List(Values.Of(scored.Scores[MetricPlan.LogLikelihood]), Values.Of((int)scored.Scores[plan.Metric == "word_perplexity" ? MetricPlan.Words : MetricPlan.Bytes]));
        return scored.Scores.TryGetValue(plan.ScoreName, out var score) ? Values.Of(score) : null;
    }
}

using System.Text;
using Loragate.Artifacts.Records.Evaluating;
using Loragate.EvalHarness.Tasks.Metrics;
using Loragate.EvalHarness.Tasks.Prompts;
using Loragate.EvalHarness.Templates;
using Loragate.EvalHarness.Text;

namespace Loragate.EvalHarness.Tasks.Kinds;

/// <summary>
/// <c>multiple_choice</c>: the choice of the highest log-likelihood ll is right or wrong. acc takes ll, acc_norm ll / characters,
/// acc_bytes ll / UTF-8 bytes (of the choice without its delimiter), acc_mutual_info ll − ll without context; the first of equals wins.
/// </summary>
internal sealed class MultipleChoice(TaskPrompt prompt, bool unconditional) : TaskKind
{
    private const int NoChoice = -100;

    /// <inheritdoc/>
    public override IReadOnlyList<string> Metrics => ["acc", "acc_norm", "acc_bytes", "acc_mutual_info", "exact_match", "brier_score", "f1", "mcc"];

    /// <inheritdoc/>
    public override IReadOnlyList<string> DefaultMetrics => ["acc", "acc_norm"];

    /// <inheritdoc/>
    public override IReadOnlyList<string> ScoreNames(IReadOnlyList<MetricPlan> metrics) => [.. metrics.Select(static metric => metric.Name).Where(static name => name is not ("f1" or "mcc"))];

    /// <inheritdoc/>
    public override TaskItem Prepare(TaskData data, TaskDocument document, PromptStyle style)
    {
        var choices = prompt.Choices(data, document);
        var delimiter = prompt.AnswerDelimiter(style);
        var asked = Asked(data, document);
        var target = prompt.Target(data, document);
        IEnumerable<ContinuationRequest> conditional = asked is null
            ? Answers(prompt.Context(data, document, style), choices, delimiter)
            : prompt.Contexts(data, document, style).Select(context => new ContinuationRequest(context, delimiter + target.Text));
        return new TaskItem(document)
        {
            Target = target.Text,
            Continuations = [.. conditional, .. unconditional ? Answers("", choices, delimiter) : []],
            Choices = choices,
            Golds = Golds(asked ?? target, choices),
        };
    }

    private static IEnumerable<ContinuationRequest> Answers(string context, IReadOnlyList<string> choices, string delimiter) =>
        choices.Select(choice => new ContinuationRequest(context, delimiter + choice));

    /// <summary>The harness learns from the first row whether choices are questions; a row of the other kind is refused.</summary>
    private Value? Asked(TaskData data, TaskDocument document) => (prompt.Asked(data, document), prompt.Asked(data, data.Documents[0])) switch
    {
        (null, null) => null,
        ({ } index, { }) => index,
        _ => throw new TaskException(document.Place, "doc_to_text gives a whole number here and a text in the first row, or the other way round", "Correct the row: either every row's choices are what is asked, or none's."),
    };

    /// <inheritdoc/>
    public override IReadOnlyDictionary<string, double> Score(TaskItem item, IReadOnlyList<Response> responses, IReadOnlyList<MetricPlan> metrics)
    {
        Expect(responses, item.Continuations.Count);
        var n = item.Choices.Count;
        var values = responses.Take(n).Select(static response => response.LogLikelihood).ToArray();
        var scores = new Dictionary<string, double>(StringComparer.Ordinal);
        foreach (var metric in metrics.Select(static metric => metric.Metric))
        {
            if (metric is "f1" or "mcc")
                (scores[MetricPlan.Gold], scores[MetricPlan.Predicted]) = (item.Golds is [var gold, ..] ? gold : NoChoice, EvaluatedItem.FirstMaximum(values));
            else
                scores[metric] = One(metric, item, responses, values);
        }
        return scores;
    }

    private static double One(string metric, TaskItem item, IReadOnlyList<Response> responses, double[] values) => metric switch
    {
        "acc" => Hit(values, item),
        "acc_norm" => Hit([.. values.Zip(item.Choices, static (ll, choice) => ll / CodePoints.Count(choice))], item),
        "acc_bytes" => Hit([.. values.Zip(item.Choices, static (ll, choice) => ll / Encoding.UTF8.GetByteCount(choice))], item),
        "acc_mutual_info" => Hit([.. values.Zip(responses.Skip(values.Length), static (ll, free) => ll - free.LogLikelihood)], item),
        "exact_match" => item.Golds.Any(gold => gold >= 0 && responses[gold].IsGreedy) ? 1 : 0,
        _ => Brier(values, item.Gold),
    };

    private static double Hit(double[] values, TaskItem item) => item.Golds.Contains(EvaluatedItem.FirstMaximum(values)) ? 1 : 0;

    /// <summary>Σ (softmax(ll)ᵢ − [i = gold])² over all choices (Brier 1950).</summary>
    internal static double Brier(double[] values, int? gold)
    {
        var top = values.Max();
        var weights = values.Select(value => Math.Exp(value - top)).ToArray();
        var total = weights.Sum();
        return weights.Select((weight, i) => Math.Pow((weight / total) - (gold == i ? 1 : 0), 2)).Sum();
    }

    private static int[] Golds(Value target, IReadOnlyList<string> choices) => target is ListValue list
        ? [.. list.Items.Select(item => Gold(item, choices))]
        : [Gold(target, choices)];

    private static int Gold(Value target, IReadOnlyList<string> choices)
    {
        if (IntValue.Of(target) is { } index)
            return index >= 0 && index < choices.Count ? (int)index : NoChoice;
        for (var i = 0; i < choices.Count; i++)
        {
            if (target is StringValue text && text.Content == choices[i])
                return i;
        }
        return NoChoice;
    }
}

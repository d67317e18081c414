using Loragate.EvalHarness.Tasks.Filters;
using Loragate.EvalHarness.Tasks.Metrics;
using Loragate.EvalHarness.Tasks.Prompts;
using Loragate.EvalHarness.Tasks.Yaml;
using Loragate.EvalHarness.Templates;

namespace Loragate.EvalHarness.Tasks.Kinds;

/// <summary><c>generate_until</c>: greedy text up to a stop text, filtered, compared with the target or targets.</summary>
internal sealed class Generation : TaskKind
{
    private readonly TaskPrompt _prompt;
    private readonly IReadOnlyList<FilterChain> _filters;
    private readonly IReadOnlyList<string> _until;
    private readonly int _maxTokens;

    private Generation(TaskPrompt prompt, TaskKeys? options, IReadOnlyList<FilterChain> filters)
    {
        _prompt = prompt;
        _filters = filters;
        _until = options?.Texts("until") ?? [prompt.FewShotDelimiter];
        _maxTokens = options?.Number("max_gen_toks", 256) ?? 256;
        options?.OnlyInert("do_sample", static value => !value.IsTrue, "sampling is not supported: generation is greedy");
        options?.OnlyInert("temperature", static value => !value.IsTrue, "sampling is not supported: generation is greedy");
        if (_maxTokens < 1)
            throw options!.Fault("max_gen_toks", "no token to generate");
        options?.Done();
    }

    /// <inheritdoc/>
    public override IReadOnlyList<string> Metrics => TextMetric.Names;

    /// <inheritdoc/>
    public override IReadOnlyList<string> DefaultMetrics => ["exact_match"];

    /// <summary>Reads <c>generation_kwargs</c>; the filters are those of the task.</summary>
    public static Generation Parse(TaskPrompt prompt, TaskKeys keys, IReadOnlyList<FilterChain> filters) =>
        prompt.HasChoices ? throw keys.Fault("doc_to_choice", "choices have no meaning for generate_until") : new Generation(prompt, keys.Map("generation_kwargs"), filters);

    /// <inheritdoc/>
    public override TaskItem Prepare(TaskData data, TaskDocument document, PromptStyle style)
    {
        var target = _prompt.Target(data, document);
        return new TaskItem(document)
        {
            Target = target.Text,
            Generation = new GenerationRequest(_prompt.Context(data, document, style), _until, _maxTokens),
            References = target is ListValue list ? [.. list.Items.Select(static item => item.Text)] : [target.Text],
        };
    }

    /// <inheritdoc/>
    public override IReadOnlyDictionary<string, double> Score(TaskItem item, IReadOnlyList<Response> responses, IReadOnlyList<MetricPlan> metrics)
    {
        Expect(responses, 1);
        var text = responses[0].Text ?? throw new ArgumentException("The response holds no text.", nameof(responses));
        var filtered = _filters.ToDictionary(static chain => chain.Name, chain => chain.Apply(text, item.Document), StringComparer.Ordinal);
        return metrics.ToDictionary(static metric => metric.Name, metric => metric.Match!.Score(filtered[metric.Chain], item.References));
    }
}

using Loragate.EvalHarness.Tasks.Yaml;

namespace Loragate.EvalHarness.Tasks.Filters;

/// <summary>One way from a generated text to what is scored.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Steps">Its steps in order.</param>
internal sealed record FilterChain(string Name, IReadOnlyList<ResponseFilter> Steps)
{
    /// <summary>The harness's name of the chain that does nothing.</summary>
    public const string None = "none";

    /// <summary>Reads <c>filter_list</c>; one chain that does nothing where there is none.</summary>
    public static IReadOnlyList<FilterChain> Parse(TaskKeys keys)
    {
        IReadOnlyList<FilterChain> chains = [.. (keys.Maps("filter_list") ?? []).Select(One)];
        if (chains.Select(static chain => chain.Name).Distinct().Count() < chains.Count)
            throw keys.Fault("filter_list", "two chains have the same name");
        return chains.Count == 0 ? [new FilterChain(None, [])] : chains;
    }

    /// <summary>Whether the chain leaves texts as they are.</summary>
    public bool IsInert => Steps.All(static step => step is TakeFirstFilter);

    /// <summary>The text after all steps.</summary>
    public string Apply(string text, TaskDocument document) => Steps.Aggregate(text, (current, step) => step.Apply(current, document));

    private static FilterChain One(TaskKeys keys)
    {
        var chain = new FilterChain(keys.RequiredText("name"), [.. (keys.Maps("filter") ?? []).Select(ResponseFilter.Parse)]);
        keys.Done();
        return chain;
    }
}

namespace Loragate.EvalHarness.Tasks.Functions;

/// <summary>A function that scores a document by itself.</summary>
/// <param name="Metrics">The metrics that it gives, each with the name of its aggregation.</param>
/// <param name="Score">The scores of a document: what the metrics are aggregated from.</param>
internal sealed record ResultFunction(
    IReadOnlyDictionary<string, string> Metrics,
    Func<TaskDocument, IReadOnlyList<Response>, IReadOnlyDictionary<string, double>> Score)
{
    /// <summary>The names of a document's scores that say something by themselves; its metrics' unless told otherwise.</summary>
    public IReadOnlyList<string> Scores { get; init; } = [.. Metrics.Keys];

    /// <summary>Of these scores the rows on which they mean what they say.</summary>
    public IReadOnlyDictionary<string, ScoreBalance> Balances { get; init; } = new Dictionary<string, ScoreBalance>();

    /// <summary>Refuses a document that the function cannot score whatever is answered, before anything is.</summary>
    public Action<TaskItem> Check { get; init; } = static _ => { };

    /// <summary>Whether a score depends on how many tokens an answer has, which reports do not hold.</summary>
    public bool CountsTokens { get; init; }

    /// <summary>The name of an aggregation that is the average of the documents' scores.</summary>
    public const string Mean = "mean";

    /// <summary>Refuses a document that asks for another number of log-likelihoods than a function scores.</summary>
    public static void Expect(string function, TaskItem item, int count)
    {
        if (item.Continuations.Count != count)
            throw new TaskException(function, $"a row asks for {item.Continuations.Count} log-likelihoods, and the function scores {count}", "Correct the task's choices, or the row's.");
    }

    /// <summary>A function whose metrics are averages.</summary>
    public static ResultFunction OfMeans(IEnumerable<string> metrics, Func<TaskDocument, IReadOnlyList<Response>, IReadOnlyDictionary<string, double>> score) =>
        new(metrics.ToDictionary(static metric => metric, static _ => Mean, StringComparer.Ordinal), score);
}

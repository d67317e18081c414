namespace Loragate.Artifacts.Records.Evaluating;

/// <summary>One model's scores on one task, item by item.</summary>
/// <param name="Engine">The evaluation engine, precision and device.</param>
/// <param name="Model">The model.</param>
/// <param name="Task">The task.</param>
/// <param name="Items">The documents in row order.</param>
/// <param name="Metrics">The aggregates, by name.</param>
/// <param name="Truncated">Rows whose context did not fit the model and was cut; none of an imported run, of which nothing is known.</param>
/// <param name="CoinFlips">Rows of which the engine's noise can turn the likeliest choice.</param>
/// <param name="Repeated">Rows that ask just what an earlier row asks: they say nothing new, and rules do not count them.</param>
/// <param name="Imported">Where the answers come from, if another program gave them; null for this engine's own.</param>
/// <param name="Remote">Where the answers come from, if a server gave them; null for answers that were computed here.</param>
/// <param name="Unanswerable">Rows whose right answer is none of their choices, or that have none for a generated text to be compared with, so that every answer is wrong; null where there are none.</param>
public sealed record EvaluationReport(
    EngineInfo Engine,
    EvaluatedModel Model,
    EvaluatedTask Task,
    IReadOnlyList<EvaluatedItem> Items,
    IReadOnlyList<Metric> Metrics,
    IReadOnlyList<int> Truncated,
    IReadOnlyList<int> CoinFlips,
    IReadOnlyList<int> Repeated,
    ImportedRun? Imported = null,
    RemoteRun? Remote = null,
    IReadOnlyList<int>? Unanswerable = null) : Record
{
    /// <summary>The schema of these records.</summary>
    public const string SchemaName = "loragate.evaluation-report/1";

    /// <inheritdoc/>
    public override string Schema => SchemaName;

    /// <summary>How many items say something new: all but the repeated ones.</summary>
    public int CountDistinct() => Items.Select(item => item.Id).Except(Repeated).Count();
}

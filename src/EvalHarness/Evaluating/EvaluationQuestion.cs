using Loragate.EvalHarness.Tasks;

namespace Loragate.EvalHarness.Evaluating;

/// <summary>What is asked of models: a task with the rows that were read once, so that every model and every check is about the same bytes.</summary>
public sealed class EvaluationQuestion
{
    private EvaluationQuestion(EvaluationTask task, EvaluationScope scope, TaskData data, IReadOnlyList<string> fields) =>
        (Task, Limit, Prompt, Data, Fields) = (task, scope.Limit, scope.Prompt ?? PromptSettings.Default, data, fields);

    /// <summary>The task.</summary>
    public EvaluationTask Task { get; }

    /// <summary>The first documents that are asked for; null for all.</summary>
    public int? Limit { get; }

    /// <summary>How prompts are put together.</summary>
    public PromptSettings Prompt { get; }

    /// <summary>The task's data.</summary>
    public TaskData Data { get; }

    /// <summary>Columns that are carried into the items, in ordinal order.</summary>
    public IReadOnlyList<string> Fields { get; }

    /// <summary>Reads a task's data.</summary>
    /// <exception cref="TaskException">A file is missing, outside of the folder or malformed, or the data is empty.</exception>
    /// <exception cref="EvaluationException">The data lacks a column that is to be carried.</exception>
    public static EvaluationQuestion Read(EvaluationTask task, EvaluationScope scope)
    {
        ArgumentNullException.ThrowIfNull(task);
        ArgumentNullException.ThrowIfNull(scope);
        var data = task.Read(scope.DataRoot, scope.Limit, (scope.Prompt ?? PromptSettings.Default).FewShotSeed);
        var fields = (scope.Fields ?? []).Order(StringComparer.Ordinal).ToList();
        return fields.FirstOrDefault(field => !data.Columns.Contains(field)) is { } absent
            ? throw new EvaluationException(task.Name, $"the data has no column '{absent}'", $"It has: {string.Join(", ", data.Columns)}.")
            : new EvaluationQuestion(task, scope, data, fields);
    }
}

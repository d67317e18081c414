using Loragate.EvalHarness.Templates;

namespace Loragate.EvalHarness.Tasks;

/// <summary>A document to evaluate.</summary>
/// <param name="Id">Its row in the data file, from 0.</param>
/// <param name="Row">Its columns, those that the task derives included; a column that the row lacks is None.</param>
/// <param name="Place">The data file and the line or item in it.</param>
/// <param name="Absent">The columns that other rows have and this one lacks: what needs one of them is refused.</param>
public sealed record TaskDocument(int Id, DictValue Row, string Place, IReadOnlySet<string> Absent)
{
    /// <summary>The examples that stand before it in a prompt, in order.</summary>
    public IReadOnlyList<TaskDocument> Examples { get; init; } = [];

    /// <summary>The columns as variables of a template.</summary>
    public IReadOnlyDictionary<string, Value> Variables => Row.ByKey;

    /// <summary>A column as text.</summary>
    /// <exception cref="TaskException">The row lacks it, or it is null: nothing is filled in.</exception>
    public string Field(string column) =>
        Row[column] is { } value and not NoneValue ? value.Text : throw new TaskException(Place, $"the row has no '{column}'", "Correct the row: a rule of the policy reads this column.");
}

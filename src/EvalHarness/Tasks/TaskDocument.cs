using Loragate.EvalHarness.Templates;

namespace Loragate.EvalHarness.Tasks;

/// <summary>A document to evaluate.</summary>
/// <param name="Id">Its row in the data file, from 0.</param>
/// <param name="Row">Its columns, those that the task derives included; a column that the row lacks is None.</param>
public sealed record TaskDocument(int Id, DictValue Row)
{
    /// <summary>The columns as variables of a template.</summary>
    public IReadOnlyDictionary<string, Value> Variables => Row.ByKey;
}

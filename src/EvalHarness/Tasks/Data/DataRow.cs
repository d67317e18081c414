using Loragate.EvalHarness.Templates;

namespace Loragate.EvalHarness.Tasks.Data;

/// <summary>A row of a data file.</summary>
/// <param name="Place">The file and the line or item.</param>
/// <param name="Values">Its columns; one that only other rows have is None.</param>
/// <param name="Absent">The columns that only other rows have.</param>
internal sealed record DataRow(string Place, DictValue Values, IReadOnlySet<string> Absent);

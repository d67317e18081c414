using Loragate.Artifacts;

namespace Loragate.EvalHarness.Tasks;

/// <summary>The data of a task.</summary>
/// <param name="Documents">The documents to evaluate, in row order, each with its examples.</param>
/// <param name="Rows">How many documents the split has.</param>
/// <param name="Digest">SHA-256 of the data file; of the list of digests where there are several.</param>
/// <param name="Columns">The names of all columns, in order.</param>
public sealed record TaskData(IReadOnlyList<TaskDocument> Documents, int Rows, Digest Digest, IReadOnlyList<string> Columns);

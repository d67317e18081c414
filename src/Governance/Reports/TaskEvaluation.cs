using Loragate.Artifacts;
using Loragate.Artifacts.Records.Evaluating;

namespace Loragate.Governance.Reports;

/// <summary>One model's evaluation on one task, with the name of its record.</summary>
/// <param name="Task">The policy's name of the task.</param>
/// <param name="Digest">The record's SHA-256.</param>
/// <param name="Report">The record.</param>
public sealed record TaskEvaluation(string Task, Digest Digest, EvaluationReport Report);

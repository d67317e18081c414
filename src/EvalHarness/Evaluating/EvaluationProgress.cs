namespace Loragate.EvalHarness.Evaluating;

/// <summary>How far an evaluation has come.</summary>
/// <param name="Done">Documents that are scored.</param>
/// <param name="Total">Documents to score.</param>
public readonly record struct EvaluationProgress(int Done, int Total);

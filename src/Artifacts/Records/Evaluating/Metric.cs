namespace Loragate.Artifacts.Records.Evaluating;

/// <summary>An aggregate as lm-evaluation-harness reports it.</summary>
/// <param name="Name">"acc", "acc_norm", "word_perplexity" …</param>
/// <param name="Value">The aggregate.</param>
/// <param name="StandardError">s/√n for means, null where the harness gives none.</param>
/// <param name="Items">How many documents it is made from.</param>
public sealed record Metric(string Name, double Value, double? StandardError, int Items);

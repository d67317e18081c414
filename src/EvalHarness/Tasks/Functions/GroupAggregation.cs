namespace Loragate.EvalHarness.Tasks.Functions;

/// <summary>An aggregate of what documents of a kind scored; null where there are none: a metric without evidence is left out, never filled in.</summary>
/// <param name="metric">The metric's name, which may name a group.</param>
/// <param name="scores">The scores of all documents.</param>
internal delegate double? GroupAggregation(string metric, IReadOnlyList<IReadOnlyDictionary<string, double>> scores);

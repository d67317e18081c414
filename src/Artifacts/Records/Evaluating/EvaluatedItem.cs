namespace Loragate.Artifacts.Records.Evaluating;

/// <summary>One document's scores.</summary>
/// <param name="Id">The document's row in the data file, from 0.</param>
/// <param name="LogLikelihoods">Summed log-likelihood of each continuation, in nats, in the task's order.</param>
/// <param name="Greedy">Whether each continuation is the model's greedy one.</param>
/// <param name="Gold">Index of the right choice, where there is one.</param>
/// <param name="Scores">The document's metrics by name.</param>
/// <param name="Text">What the model generated, for tasks that generate.</param>
/// <param name="Fields">The carried columns, as text.</param>
/// <param name="Unsteady">Yes-or-no scores that the engine's noise can turn, by name; null where there are none.</param>
public sealed record EvaluatedItem(
    int Id,
    IReadOnlyList<double> LogLikelihoods,
    IReadOnlyList<bool> Greedy,
    int? Gold,
    IReadOnlyDictionary<string, double> Scores,
    string? Text,
    IReadOnlyDictionary<string, string>? Fields,
    IReadOnlyList<string>? Unsteady = null);

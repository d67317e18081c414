namespace Loragate.Artifacts.Records.Evaluating;

/// <summary>One document's scores.</summary>
/// <param name="Id">The document's row in the data file, from 0.</param>
/// <param name="LogLikelihoods">Summed log-likelihood of each continuation, in nats, in the task's order; where acc_mutual_info is among the scores, of each choice and then of each again without its context.</param>
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
    IReadOnlyList<string>? Unsteady = null)
{
    private const string MutualInformation = "acc_mutual_info";

    /// <summary>How many continuations were there to choose among: what was scored without its context is none.</summary>
    public int CountChoices() => Scores.ContainsKey(MutualInformation) ? LogLikelihoods.Count / 2 : LogLikelihoods.Count;

    /// <summary>The index of the likeliest choice, of several as likely the first, as acc takes it; null where there is nothing to choose among.</summary>
    public int? LikeliestChoice() => CountChoices() is > 0 and var count ? FirstMaximum([.. LogLikelihoods.Take(count)]) : null;

    /// <summary>numpy.argmax: the index of the first maximum; the first NaN wins over everything.</summary>
    /// <param name="values">One value at least.</param>
    public static int FirstMaximum(IReadOnlyList<double> values)
    {
        ArgumentNullException.ThrowIfNull(values);
        var best = 0;
        for (var i = 1; i < values.Count && !double.IsNaN(values[best]); i++)
        {
            if (double.IsNaN(values[i]) || values[i] > values[best])
                best = i;
        }
        return best;
    }
}

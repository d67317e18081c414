namespace Loragate.MergeEngine.Combining;

/// <summary>
/// How tensors of one shape become one, element by element: prune each, then add them with their weights, or elect a sign and take the
/// mean of those that agree (TIES: Yadav et al. 2023, "TIES-Merging", algorithm 1).
/// </summary>
internal sealed record Blend
{
    /// <summary>What is pruned from each tensor.</summary>
    public Pruning Pruning { get; init; }

    /// <summary>The share that stays.</summary>
    public double Density { get; init; } = 1;

    /// <summary>How the sign is elected; null to add.</summary>
    public MajoritySign? Election { get; init; }

    /// <summary>Whether the weighted values vote, so that a negative weight votes against its tensor; PEFT lets the bare ones vote.</summary>
    public bool WeightsVote { get; init; } = true;

    /// <summary>The seed of random pruning.</summary>
    public ulong Seed { get; init; }

    /// <summary>
    /// Σ wᵢxᵢ; or with an election Σ wᵢxᵢ over the tensors whose vote has the elected sign, divided by their number (0 of none). A zero
    /// has no sign and never agrees.
    /// </summary>
    public double Combine<T>(ReadOnlySpan<double> values, ReadOnlySpan<double> weights)
        where T : struct, IArithmetic
    {
        var elected = Election is null ? 0 : Elect<T>(values, weights);
        var (sum, agreeing) = (0.0, 0);
        for (var i = 0; i < values.Length; i++)
        {
            if (elected != 0 && Math.Sign(Vote<T>(values[i], weights[i])) != elected)
                continue;
            sum = T.Round(sum + T.Round(values[i] * weights[i]));
            agreeing++;
        }
        return elected == 0 ? sum : T.Round(sum / Math.Max(agreeing, 1));
    }

    private int Elect<T>(ReadOnlySpan<double> values, ReadOnlySpan<double> weights)
        where T : struct, IArithmetic
    {
        var sum = 0.0;
        for (var i = 0; i < values.Length; i++)
        {
            var vote = Vote<T>(values[i], weights[i]);
            sum = T.Round(sum + (Election == MajoritySign.Total ? vote : Math.Sign(vote)));
        }
        return sum >= 0 ? 1 : -1;
    }

    private double Vote<T>(double value, double weight)
        where T : struct, IArithmetic =>
        WeightsVote ? T.Round(value * weight) : value;
}

namespace Loragate.Artifacts.Records.Training;

/// <summary>What a plan's trials took and how fast their results are: one machine's figures of one day, for people to compare, and no evidence.</summary>
/// <param name="Costs">Every trial of every round.</param>
/// <param name="Watts">What the machine draws while it trains, by the plan; null where it does not say.</param>
public sealed record TrialCosts(IReadOnlyList<TrialCost> Costs, double? Watts = null) : Record
{
    /// <summary>Its name in the folder of the trials.</summary>
    public const string FileName = "trial-costs.json";

    /// <inheritdoc/>
    public override string Schema => "loragate.trial-costs/1";
}

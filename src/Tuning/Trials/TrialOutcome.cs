using Loragate.Artifacts.Records.Training;

namespace Loragate.Tuning.Trials;

/// <summary>What a trial has come to in a round.</summary>
/// <param name="Trial">The trial.</param>
/// <param name="Receipt">Its receipt; null where it was given up.</param>
/// <param name="Fault">Why it was given up; null where it was trained.</param>
/// <param name="Cost">What it took.</param>
/// <param name="Retained">What it did to what must not be forgotten, where that was measured to choose who goes on.</param>
internal sealed record TrialOutcome(Trial Trial, TrainingReceipt? Receipt, string? Fault, TrialCost Cost, TrialScore? Retained = null)
{
    /// <summary>The least validation loss; null where it was given up.</summary>
    public double? ValidationLoss => Receipt?.Validations.Min(v => v.Loss);

    /// <summary>Best first: trained before given up, then who keeps what must not be forgotten, then the least validation loss.</summary>
    /// <param name="outcomes">The outcomes.</param>
    /// <param name="ofBase">What the base does of what must not be forgotten; null where nobody asked.</param>
    /// <param name="margin">How much of it may be lost, as a share of its items.</param>
    public static IEnumerable<TrialOutcome> Ranked(IEnumerable<TrialOutcome> outcomes, TrialScore? ofBase, double margin) => outcomes
        .OrderBy(outcome => outcome.Receipt is null)
        .ThenBy(outcome => outcome.Retained is { } retained && Fall(ofBase!, retained) > (decimal)margin * retained.Items)
        .ThenBy(outcome => outcome.ValidationLoss)
        .ThenBy(outcome => outcome.Trial.Id, StringComparer.Ordinal);

    /// <summary>How much less than the base, summed over the items in decimal: who loses just what may be lost has not forgotten.</summary>
    private static decimal Fall(TrialScore ofBase, TrialScore score) => ofBase.Scores.Zip(score.Scores).Sum(each => (decimal)each.First - (decimal)each.Second);

    public TrialRun ToRun() => new(Trial.Id, ValidationLoss, Receipt?.ComputeDigest(), Retained, Fault);
}

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

    /// <summary>Best first, as <see cref="TrialRanking"/> says.</summary>
    /// <param name="outcomes">The outcomes.</param>
    /// <param name="ofBase">What the base does of what must not be forgotten; null where nobody asked.</param>
    /// <param name="margin">How much of it may be lost, as a share of its items.</param>
    public static IEnumerable<TrialOutcome> Ranked(IEnumerable<TrialOutcome> outcomes, TrialScore? ofBase, double margin) => TrialRanking.BestFirst(outcomes, outcome => outcome.ToRun(), ofBase, margin);

    public TrialRun ToRun() => new(Trial.Id, ValidationLoss, Receipt?.ComputeDigest(), Retained, Fault);
}

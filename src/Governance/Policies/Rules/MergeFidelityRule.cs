using System.Globalization;
using FluentValidation;
using Loragate.Artifacts.Records.Deciding;
using Loragate.Artifacts.Records.Merging;
using Loragate.Governance.Deciding;
using Loragate.Governance.Yaml;

namespace Loragate.Governance.Policies.Rules;

/// <summary>Demands that the merge kept the update: ‖(W′ − W) − ΔW‖ / ‖ΔW‖ over all tensors and in each of them, and that it can be undone. Where it was lost, the remedy is said.</summary>
/// <param name="Head">Id, severity, controls, why.</param>
/// <param name="Maximum">The largest share lost over all tensors, √(Σ lost²) / √(Σ update²).</param>
/// <param name="MaximumPerTensor">The largest share lost in one tensor.</param>
/// <param name="Reversible">Whether the undo side-car must be there, and the proof that the gate made with it cited.</param>
public sealed record MergeFidelityRule(RuleHead Head, double Maximum, double MaximumPerTensor, bool Reversible) : Rule(Head)
{
    /// <summary>The largest share of weights whose update vanished whole; null for any.</summary>
    public double? MaximumUnchanged { get; init; }

    /// <summary>The furthest that a weight may move, in values of the stored type; null for any.</summary>
    public int? MaximumStep { get; init; }

    /// <summary>How many weights may end at the largest finite value; null for any.</summary>
    public int? MaximumSaturated { get; init; }

    /// <summary>How many weights may become zero by rounding; null for any.</summary>
    public int? MaximumFlushed { get; init; }

    private const string Remedy = "Keep the adapter separate, or merge to float32.";

    /// <summary>A weight moves as far as the update is large, and further still in the finer steps of a wider type.</summary>
    private const string RemedyOfSteps = "Keep the adapter separate, or train it to a smaller update.";

    internal static RuleKind Kind { get; } = RuleKind.Of("merge-fidelity", Read, new Validator());

    /// <inheritdoc/>
    public override string Check => Kind.Name;

    internal override Assessment Assess(Case @case)
    {
        if (@case.Evidence.Receipt is not { } receipt)
            return Settled.Undecided(new Shortfall(Reason.EvidenceMissing, "There is no merge receipt."), []);
        if (@case.CheckReceipt() is { } shortfall)
            return Settled.Undecided(shortfall, [receipt.Digest]);
        var proof = Reversible ? @case.Evidence.Unmerge : null;
        if (proof is not null && !proof.Record.IsOf(receipt.Record))
            return Settled.Undecided(new Shortfall(Reason.EvidenceOfOtherModel, "The proof of the unmerge is of another merge."), [receipt.Digest, proof.Digest]);
        var (outcome, reason, sentence) = Judge(receipt.Record);
        return Settled.As(outcome, reason, sentence, proof is null ? [receipt.Digest] : [receipt.Digest, proof.Digest]) with { Figure = FigureOf(receipt.Record) };
    }

    /// <summary>The share lost over all tensors; the worst tensor's where that alone is too much. Null where the norms are no numbers to judge by.</summary>
    private Figure? FigureOf(MergeReceipt receipt)
    {
        var total = Norm(receipt.Merged.Select(tensor => tensor.Fidelity.LostNorm)) / Norm(receipt.Merged.Select(tensor => tensor.Fidelity.UpdateNorm));
        if (!double.IsFinite(total) || !receipt.Merged.All(tensor => IsUsable(tensor.Fidelity)))
            return null;
        var worst = receipt.Merged.Max(Lost);
        return total <= Maximum && worst > MaximumPerTensor && double.IsFinite(worst) ? new Figure(worst, MaximumPerTensor) : new Figure(total, Maximum);
    }

    private (Outcome Outcome, string Reason, string Sentence) Judge(MergeReceipt receipt)
    {
        var fidelities = receipt.Merged.Select(tensor => tensor.Fidelity).ToList();
        if (!fidelities.All(IsUsable))
            return (Outcome.Undecided, Reason.FidelityUnknown, "The receipt's norms are not finite, non-negative numbers.");
        var update = Norm(fidelities.Select(fidelity => fidelity.UpdateNorm));
        if (update == 0)
            return (Outcome.Failed, Reason.NothingMerged, "There is nothing to merge: the update is zero in every tensor.");
        var total = Norm(fidelities.Select(fidelity => fidelity.LostNorm)) / update;
        var worst = receipt.Merged.MaxBy(Lost)!;
        if (total > Maximum || Lost(worst) > MaximumPerTensor)
            return (Outcome.Failed, Reason.UpdateLost, $"Rounding took {Percent(total)} of the update, at most {Percent(Maximum)} may be lost; in {worst.Name} {Percent(Lost(worst))}, at most {Percent(MaximumPerTensor)}. {Remedy}");
        var whole = Fidelity.Total(fidelities);
        if (Excess(whole) is { } exceeded)
            return (Outcome.Failed, Reason.WeightsHarmed, exceeded);
        if (Reversible && receipt.UndoFile is null)
            return (Outcome.Failed, Reason.UndoMissing, "The merge has no undo side-car, so the base cannot be restored from it.");
        if (Untold(whole) is { } untold)
            return (Outcome.Undecided, Reason.FidelityUnknown, untold);
        return (Outcome.Passed, Reason.UpdatePreserved, $"Rounding took {Percent(total)} of the update, at most {Percent(Maximum)} may be lost; the worst tensor lost {Percent(Lost(worst))}.");
    }

    /// <summary>What is more than the rule lets happen to single weights, with the remedy of that; null for nothing.</summary>
    private string? Excess(Fidelity total)
    {
        if (MaximumUnchanged is { } share && total.ShareUnchanged > share)
            return $"Of {Percent(total.ShareUnchanged)} of the weights the update vanished whole, at most {Percent(share)} may be so. {Remedy}";
        return Counts(total).Where(each => each.Count > each.Limit)
            .Select(each => string.Create(CultureInfo.InvariantCulture, $"{each.What}: {each.Count}, at most {each.Limit} is allowed. {each.Remedy}"))
            .FirstOrDefault();
    }

    /// <summary>What the rule limits and the receipt does not tell; null where it tells all.</summary>
    private string? Untold(Fidelity total) => Counts(total).Where(each => each is { Limit: not null, Count: null })
        .Select(each => string.Create(CultureInfo.InvariantCulture, $"{each.What}: the receipt does not tell, at most {each.Limit} is allowed."))
        .FirstOrDefault();

    private (int? Limit, long? Count, string What, string Remedy)[] Counts(Fidelity total) =>
    [
        (MaximumStep, total.LargestStep, "The furthest that a weight moved, in values of the stored type", RemedyOfSteps),
        (MaximumSaturated, total.Saturated, "Weights at the largest finite value", Remedy),
        (MaximumFlushed, total.Flushed, "Weights that rounding made zero", Remedy),
    ];

    /// <summary>A tensor without an update lost nothing, unless rounding changed it all the same.</summary>
    private static double Lost(MergedTensor tensor) => tensor.Fidelity switch
    {
        { UpdateNorm: 0, LostNorm: > 0 } => double.PositiveInfinity,
        var fidelity => fidelity.ShareLost,
    };

    private static bool IsUsable(Fidelity fidelity) =>
        fidelity is { UpdateNorm: >= 0, LostNorm: >= 0 } && double.IsFinite(fidelity.UpdateNorm) && double.IsFinite(fidelity.LostNorm);

    private static double Norm(IEnumerable<double> norms) => Math.Sqrt(norms.Sum(norm => norm * norm));

    private static string Percent(double share) => (100 * share).ToString("0.##", CultureInfo.InvariantCulture) + " %";

    private static MergeFidelityRule Read(RuleHead head, MappingReader reader)
    {
        var maximum = reader.Number("maximum");
        return new MergeFidelityRule(head, maximum, reader.OptionalNumber("maximumPerTensor") ?? maximum, reader.Flag("reversible", absent: false))
        {
            MaximumUnchanged = reader.OptionalNumber("maximumUnchanged"),
            MaximumStep = reader.OptionalWhole("maximumStep"),
            MaximumSaturated = reader.OptionalWhole("maximumSaturated"),
            MaximumFlushed = reader.OptionalWhole("maximumFlushed"),
        };
    }

    private sealed class Validator : RuleValidator<MergeFidelityRule>
    {
        public Validator()
        {
            RuleFor(rule => rule.Maximum).Must(maximum => maximum is > 0 and <= 1).WithMessage("'maximum' must be above 0 and at most 1");
            RuleFor(rule => rule.MaximumPerTensor).Must((rule, maximum) => double.IsNaN(rule.Maximum) || (maximum >= rule.Maximum && maximum <= 1))
                .WithMessage("'maximumPerTensor' must be at least 'maximum' and at most 1");
            RuleFor(rule => rule.MaximumUnchanged).Must(share => share is null or (> 0 and <= 1)).WithMessage("'maximumUnchanged' must be above 0 and at most 1");
            RuleFor(rule => rule.MaximumStep).Must(step => step is null or >= 1).WithMessage("'maximumStep' must be at least 1");
            RuleFor(rule => rule.MaximumSaturated).Must(count => count is null or >= 0).WithMessage("'maximumSaturated' must not be negative");
            RuleFor(rule => rule.MaximumFlushed).Must(count => count is null or >= 0).WithMessage("'maximumFlushed' must not be negative");
        }
    }
}

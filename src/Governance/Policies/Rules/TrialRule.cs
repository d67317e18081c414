using System.Globalization;
using FluentValidation;
using Loragate.Artifacts;
using Loragate.Artifacts.Records;
using Loragate.Artifacts.Records.Deciding;
using Loragate.Artifacts.Records.Training;
using Loragate.Governance.Approvals;
using Loragate.Governance.Deciding;
using Loragate.Governance.Statements;
using Loragate.Governance.Trials;
using Loragate.Governance.Yaml;

namespace Loragate.Governance.Policies.Rules;

/// <summary>
/// Demands that the adapter was chosen by a trial (docs/formats/trial.v1.md): it is one that was run to its end beside the methods that the policy names, shown to be better than the base and to keep what the
/// plan retains, and shown to lie less than a margin behind each other such trial on the same items, as <see cref="TrialFindings.Near"/> says for a recommendation too; and, where a role is named, that somebody in it signed what the trials showed.
/// The figures of the base and of the adapter's trial have to be those of evaluations that are at hand, and so has a plan that is pinned.
/// </summary>
/// <param name="Head">Id, severity, controls, why.</param>
/// <param name="Margin">How far behind any other sound trial the adapter's own may lie, as a share of items.</param>
/// <param name="Methods">The methods that have to be among the trials, by the names of plans.</param>
/// <param name="TrialPlan">SHA-256 of the one plan that counts; null for any.</param>
/// <param name="Role">The role in the trust policy of somebody who has to have signed what the trials showed; null for nobody.</param>
public sealed record TrialRule(RuleHead Head, double Margin, IReadOnlyList<string> Methods, Digest? TrialPlan, string? Role = null) : Rule(Head)
{
    internal static RuleKind Kind { get; } = RuleKind.Of("trial", Read, new Validator());

    /// <inheritdoc/>
    public override string Check => Kind.Name;

    internal override Assessment Assess(Case @case)
    {
        if (@case.Evidence.Trials is not { } trials)
            return Settled.Undecided(new Shortfall(Reason.EvidenceMissing, "Nothing tells what was tried before: give the gate --trials."), []);
        if (@case.Evidence.Training is not { } training)
            return Settled.Undecided(new Shortfall(Reason.EvidenceMissing, $"The adapter's folder holds no training receipt ({TrainingReceipt.FileName}) that says which trial it is."), [trials.Digest]);
        IReadOnlyList<Digest> evidence =
        [
            trials.Digest, training.Digest, .. @case.Evidence.TrialEvaluations.OrderBy(evaluation => evaluation.Path, StringComparer.Ordinal).Select(evaluation => evaluation.Digest), .. TrialPlan is not null && @case.Evidence.TrialPlan is { } plan ? new[] { plan.Digest } : [],
        ];
        if ((CheckOrigin(@case, trials.Record, training) ?? CheckSources(@case, trials.Record, training) ?? CheckSigner(@case, trials.Record)) is { } shortfall)
            return Settled.Undecided(shortfall, evidence);
        return Judge(new TrialFindings(trials.Record, @case.Policy.Alpha), OwnIn(trials.Record, training)!, Role is null ? evidence : [.. evidence, @case.Evidence.TrialsSignature!.Digest]);
    }

    /// <summary>Whether somebody in the demanded role signed what the trials showed, by a key that counts at the end of the decision's day.</summary>
    private Shortfall? CheckSigner(Case @case, TrialReport trials)
    {
        if (Role is null)
            return null;
        if (@case.Evidence.Endorsements is not { Trust: var trust })
            return new Shortfall(Reason.TrustMissing, "No trust policy says who may sign what trials showed: give --trust.");
        if (@case.Evidence.TrialsSignature is not { } signature)
            return new Shortfall(Reason.SignatureMissing, $"Nobody whom the trust policy names has signed what the trials showed; somebody in the role '{Role}' has to: 'loragate trial run --key'.");
        return TrialVerifier.SignerOf(trials, signature.Bytes, trust, @case.AsOf, signature.Path) switch
        {
            (null, var fault) => new Shortfall(Reason.SignatureMissing, $"What the trials showed was signed, and that does not count: {fault}."),
            ({ } signer, _) when !signer.Roles.Contains(Role) => new Shortfall(Reason.SignatureMissing, $"What the trials showed was signed by '{signer.Id}', to whom the trust policy does not give the role '{Role}'."),
            _ => null,
        };
    }

    private Shortfall? CheckOrigin(Case @case, TrialReport trials, FiledRecord<TrainingReceipt> training)
    {
        if (TrialConsistency.FaultOf(trials) is { } fault)
            return new Shortfall(Reason.EvidenceOfOtherTrial, $"The report of the trials says nothing: {fault}.");
        if (trials.Planned is null)
            return new Shortfall(Reason.EvidenceOfOtherTrial, "The report of the trials does not tell what was planned, so trials or rounds may have been left out: run the plan again in a new folder.");
        if (TrialPlan is { } pinned && pinned != trials.Plan)
            return new Shortfall(Reason.EvidenceOfOtherTrial, $"The trials are of the plan {trials.Plan}, and the policy pins {pinned}.");
        if (@case.CheckReceipt() is { } unmerged)
            return unmerged;
        if (trials.Base.WeightsDigest != @case.Evidence.Receipt!.Record.Base.WeightsDigest || training.Record.Inputs.Base.WeightsDigest != trials.Base.WeightsDigest)
            return new Shortfall(Reason.EvidenceOfOtherModel, "The trials are of another base than the adapter was merged into.");
        if (!training.Record.Files.SequenceEqual(@case.Evidence.Inspection.Record.Adapter.Files.Where(file => file.Path != TrainingReceipt.FileName)))
            return new Shortfall(Reason.EvidenceOfOtherModel, "The training receipt is of other files than the adapter's.");
        if (OwnIn(trials, training) is null)
            return new Shortfall(Reason.EvidenceOfOtherTrial, "The adapter is none of the trials that were run to their end.");
        return Methods.Except(trials.Results.Select(result => result.Method.Name), StringComparer.Ordinal).ToList() is { Count: > 0 } missing
            ? new Shortfall(Reason.EvidenceOfOtherTrial, $"No trial of {string.Join(", ", missing)} was run to its end, and the policy asks for a comparison with {string.Join(", ", Methods)}.")
            : null;
    }

    /// <summary>Whether the figures that are judged, and a plan that is pinned, can be read where they come from. The other trials' figures are the word of whoever ran them.</summary>
    private Shortfall? CheckSources(Case @case, TrialReport trials, FiledRecord<TrainingReceipt> training)
    {
        const string advice = "give the gate --trials with the folder as 'loragate trial run' left it";
        if (TrialPlan is { } pinned && @case.Evidence.TrialPlan?.Digest != pinned)
            return new Shortfall(Reason.TrialSourcesMissing, $"The policy pins the plan {pinned}, and it is not at hand to be read and to hold the report of the trials against: {advice}.");
        var (own, evaluations, sources) = (OwnIn(trials, training)!, @case.Evidence.TrialEvaluations, new TrialSources(trials, [training.Record]));
        (string Who, TrialScore? Score)[] judged = [("the base", trials.Task), ("the base", trials.Retained), (own.Id, own.Task), (own.Id, own.Retained)];
        if (judged.FirstOrDefault(each => each.Score is { } score && evaluations.All(evaluation => evaluation.Digest != score.Evaluation)) is ({ } who, { } missing))
            return new Shortfall(Reason.TrialSourcesMissing, $"The evaluation that the figures of {who} on {missing.Task} come from is not at hand, and the report of the trials alone tells them: {advice}.");
        return evaluations.SelectMany(evaluation => sources.Faults(evaluation.Record)).FirstOrDefault() is { } fault
            ? new Shortfall(Reason.EvidenceOfOtherTrial, $"The report of the trials is not of the evaluations beside it: {fault}.")
            : null;
    }

    /// <summary>The adapter and the best beside it were picked by the items that they are held against others on, so both ways are corrected for the pick (<see cref="TrialFindings"/>).</summary>
    private Settled Judge(TrialFindings findings, TrialResult own, IReadOnlyList<Digest> evidence)
    {
        var count = findings.Report.Results.Count;
        if (!findings.Sound.Contains(own))
            return new Settled(Outcome.Undecided, Reason.BoundsStraddleMargin, $"Of {count} trials, this adapter's, {own.Id}, is not shown to be better than the base and to keep what the plan retains.", evidence);
        var sentence = string.Create(CultureInfo.InvariantCulture, $"Of {count} trials this adapter's, {own.Id}, has {100 * own.Task.Value:0.0} % on {own.Task.Task}");
        if (findings.BestBeside(own) is not { } best)
            return new Settled(Outcome.Passed, Reason.BoundClearsMargin, $"{sentence}, and no other is shown to be better than the base and to keep what the plan retains.", evidence);
        sentence = string.Create(CultureInfo.InvariantCulture, $"{sentence}; less than {100 * Margin:0.##} points behind each other that may be taken is demanded");
        if (findings.Behind([own], best, Margin).Count > 0)
            return new Settled(Outcome.Failed, Reason.BoundFailsMargin, $"{sentence}, and {Scored(best)} decides: refuted.", evidence);
        sentence = $"{sentence}, and {Scored(findings.DecidingBeside(own, Margin)!)} decides";
        return findings.Near(Margin).Contains(own)
            ? new Settled(Outcome.Passed, Reason.BoundClearsMargin, $"{sentence}: shown.", evidence)
            : new Settled(Outcome.Undecided, Reason.BoundsStraddleMargin, $"{sentence}: neither shown nor refuted.", evidence);
    }

    private static string Scored(TrialResult result) => string.Create(CultureInfo.InvariantCulture, $"{result.Id} ({100 * result.Task.Value:0.0} %)");

    private static TrialResult? OwnIn(TrialReport trials, FiledRecord<TrainingReceipt> training) =>
        trials.Rounds[^1].Runs.FirstOrDefault(run => run.Receipt == training.Digest) is { } own ? trials.Results.FirstOrDefault(result => result.Id == own.Id) : null;

    private static TrialRule Read(RuleHead head, MappingReader reader) =>
        new(head, reader.Number("margin"), reader.Texts("methods"), reader.OptionalSha256("trialPlan"), reader.OptionalText("role"));

    private sealed class Validator : RuleValidator<TrialRule>
    {
        public Validator()
        {
            RuleFor(rule => rule.Margin).Must(margin => margin is > 0 and < 1).WithMessage("'margin' must lie between 0 and 1: 0.05 is five points");
            RuleFor(rule => rule.Methods).Must(methods => methods.All(TrainedMethod.Names.Contains)).WithMessage($"'methods' must be some of {string.Join(", ", TrainedMethod.Names)}");
            RuleFor(rule => rule.Role).Must(role => role is null || PlainWords.RoleFault(role) is null).WithMessage("'role' is a role of the trust policy, made of small letters, digits and single hyphens");
        }
    }
}

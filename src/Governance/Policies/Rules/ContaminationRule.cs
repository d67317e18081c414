using System.Globalization;
using FluentValidation;
using Loragate.Artifacts;
using Loragate.Artifacts.Records.Deciding;
using Loragate.Artifacts.Records.Evaluating;
using Loragate.Governance.Deciding;
using Loragate.Governance.Yaml;

namespace Loragate.Governance.Policies.Rules;

/// <summary>Demands that few rows of each task were in the adapter's training set: who has seen the questions has not shown that he knows the answers.</summary>
/// <param name="Head">Id, severity, controls, why.</param>
/// <param name="Maximum">The largest share of a task's rows that may overlap with the training set.</param>
/// <param name="Tasks">The tasks that are held against it; null for all. A task that asks for training rows on purpose (verbatim completion) is none of them.</param>
/// <param name="Training">SHA-256 of the one file of training digests that counts; null for any.</param>
public sealed record ContaminationRule(RuleHead Head, double Maximum, IReadOnlyList<string>? Tasks, Digest? Training) : Rule(Head)
{
    internal static RuleKind Kind { get; } = RuleKind.Of("contamination", Read, new Validator());

    /// <inheritdoc/>
    public override string Check => Kind.Name;

    internal override Assessment Assess(Case @case)
    {
        if (@case.Evidence.Contamination is not { } screen)
            return Settled.Undecided(new Shortfall(Reason.EvidenceMissing, "Nothing holds the tasks against the training set: give the gate --training-digests."), []);
        if (Training is { } pinned && pinned != screen.Record.Training)
            return Settled.Undecided(new Shortfall(Reason.EvidenceOfOtherTraining, $"The tasks were held against the training digests {screen.Record.Training}, and the policy pins {pinned}."), [screen.Digest]);
        if (screen.Record.Windows == 0)
            return Settled.Undecided(new Shortfall(Reason.EvidenceOfOtherTraining, "The training digests are of no text at all."), [screen.Digest]);
        var (outcome, reason, sentence) = Judge(@case, screen.Record);
        return Settled.As(outcome, reason, sentence, screen.Digest);
    }

    private (Outcome Outcome, string Reason, string Sentence) Judge(Case @case, ContaminationReport screen)
    {
        var screened = new Dictionary<string, ScreenedTask>(StringComparer.Ordinal);
        foreach (var task in Tasks ?? [.. @case.Policy.Tasks.Keys])
        {
            if (@case.Evidence.Candidate.GetValueOrDefault(task)?.Record is not { } scored)
                return (Outcome.Undecided, Reason.EvidenceMissing, $"There are no scores of {task} to hold against the training set.");
            if (screen.Tasks.FirstOrDefault(each => each.TaskDigest == scored.Task.TaskDigest && each.DataDigest == scored.Task.DataDigest && each.Rows == scored.Items.Count) is not { } rows)
                return (Outcome.Undecided, Reason.EvidenceOfOtherTask, $"The rows of {task} that were scored were not held against the training set.");
            screened.Add(task, rows);
        }
        if (screened.Count == 0)
            return (Outcome.Undecided, Reason.EvidenceMissing, "The policy names no task whose rows could be held against the training set.");
        var (worst, overlap) = screened.MaxBy(pair => Share(pair.Value));
        var sentence = string.Create(CultureInfo.InvariantCulture, $"{overlap.Overlapping.Count} of {overlap.Rows} rows of {worst} were in the training, the most of all tasks; at most {100 * Maximum:0.##} % are allowed.");
        if (Share(overlap) > Maximum)
            return (Outcome.Failed, Reason.RowsInTraining, sentence);
        return screened.FirstOrDefault(pair => pair.Value.Overlapping.Count + pair.Value.TooShort > Maximum * pair.Value.Rows) is { Value: { } unknown, Key: var name }
            ? (Outcome.Undecided, Reason.EvidenceMissing, string.Create(CultureInfo.InvariantCulture, $"{unknown.TooShort} of {unknown.Rows} rows of {name} are too short to be looked for in the training set; at most {100 * Maximum:0.##} % may be in it."))
            : (Outcome.Passed, Reason.RowsUnseen, sentence);
    }

    private static double Share(ScreenedTask task) => task.Overlapping.Count / (double)Math.Max(1, task.Rows);

    private static ContaminationRule Read(RuleHead head, MappingReader reader) =>
        new(head, reader.Number("maximum"), reader.OptionalTexts("tasks"), reader.OptionalSha256("training"));

    private sealed class Validator : RuleValidator<ContaminationRule>
    {
        public Validator()
        {
            RuleFor(rule => rule.Maximum).Must(maximum => maximum is >= 0 and < 1).WithMessage("'maximum' must be at least 0 and below 1");
            RuleFor(rule => rule.Tasks).Must(tasks => tasks is null || (tasks.Count > 0 && tasks.Distinct(StringComparer.Ordinal).Count() == tasks.Count))
                .WithMessage("'tasks' names one task at least, each once");
        }
    }
}

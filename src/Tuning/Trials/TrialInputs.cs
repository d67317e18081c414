using System.Globalization;
using Loragate.Artifacts;
using Loragate.Artifacts.Checkpoints;
using Loragate.Artifacts.Records;
using Loragate.Artifacts.Records.Evaluating;
using Loragate.Artifacts.Records.Merging;
using Loragate.Artifacts.Records.Training;
using Loragate.EvalHarness.Contamination;
using Loragate.EvalHarness.Evaluating;
using Loragate.EvalHarness.Models;
using Loragate.EvalHarness.Tasks;
using Loragate.Tuning.Data;
using Loragate.Tuning.Methods;
using Loragate.Tuning.Training;
using static TorchSharp.torch;

namespace Loragate.Tuning.Trials;

/// <summary>All that a plan's trials are made from, read before any work and named by content.</summary>
/// <param name="Task">What the tuned model is for.</param>
/// <param name="Retained">What it must not forget; null where nothing is measured.</param>
/// <param name="Base">The base by content.</param>
/// <param name="Data">Training and validation data.</param>
/// <param name="Screened">The rows of the tasks that overlap with the data.</param>
/// <param name="Names">Everything that results depend on: what it is → its digest or value.</param>
internal sealed record TrialInputs(EvaluationQuestion Task, EvaluationQuestion? Retained, CheckpointIdentity Base, CheckedData Data, IReadOnlyList<ScreenedTask> Screened, IReadOnlyDictionary<string, string> Names)
{
    private const string Mean = "mean";
    private static readonly string[] ScoredBy = ["base", "build", "config of the base", "device", "processor", "tokenizer", "torch"];

    /// <summary>Those that scores depend on beside what an evaluation names itself: the base and the machine, and nothing that trials are trained on.</summary>
    public IReadOnlyDictionary<string, string> NamesOfScores { get; } = new SortedDictionary<string, string>(ScoredBy.ToDictionary(name => name, name => Names[name]), StringComparer.Ordinal);

    /// <summary>Reads tasks and data.</summary>
    /// <exception cref="TuningException">The data are unsuitable, or a metric is none that trials can be compared by.</exception>
    /// <exception cref="MalformedInputException">A task or the base is malformed.</exception>
    public static TrialInputs Read(TrialRequest request, CancellationToken cancellationToken)
    {
        var plan = request.Plan;
        using var checkpoint = Checkpoint.Open(request.Base);
        var task = Read(plan.Task, plan.DataRoot);
        // Both may be metrics of one task, whose data are read once.
        var retained = plan.Retained is null ? null : Read(plan.Retained, plan.DataRoot, plan.Retained.File == plan.Task.File ? task : null);
        if (retained is not null && retained.Task.Name == task.Task.Name && Name(retained) != Name(task))
            throw new TuningException(plan.Retained!.File, $"another task is called '{task.Task.Name}' too, {plan.Task.File}, and evaluations are filed by that name", "Give one of the two another name ('task:').");
        var data = CheckedData.Read(plan.Data, plan.Validation, request.Base, plan.AllowRepeats);
        var identity = new CheckpointIdentity(BaseName.Of(checkpoint), checkpoint.ConfigDigest, TensorDigest.OfWeights(request.Weights));
        var names = new SortedDictionary<string, string>(StringComparer.Ordinal)
        {
            ["base"] = identity.WeightsDigest.Hex,
            ["build"] = request.Version,
            ["config of the base"] = identity.ConfigDigest.Hex,
            ["device"] = request.Device,
            ["plan"] = plan.Digest.Hex,
            ["processor"] = ProcessorKind.Name,
            ["task"] = Name(task),
            ["threads"] = request.TrainingThreads.ToString(CultureInfo.InvariantCulture),
            ["tokenizer"] = data.Tokenizer.Hex,
            ["torch"] = __version__,
        };
        if (data.ChatTemplate is { } template)
            names["chat template"] = template.Hex;
        if (retained is not null)
            names["task to retain"] = Name(retained);
        foreach (var (kind, set) in new[] { ("data", data.Training), ("validation", data.Validation!) })
        {
            foreach (var (i, file) in set.Files.Index())
                names[string.Create(CultureInfo.InvariantCulture, $"{kind} {i + 1}, {file.Name}")] = file.Sha256.Hex;
        }
        return new TrialInputs(task, retained, identity, data, Screen(data, new[] { task, retained }.OfType<EvaluationQuestion>().DistinctBy(Name), cancellationToken), names);
    }

    /// <summary>Refuses settings that do not fit the model and rows that are too long for one of the trials, before the first is trained.</summary>
    /// <exception cref="TuningException">Names the trial or the row.</exception>
    public void CheckFit(TrialRequest request, CancellationToken cancellation)
    {
        using var checkpoint = Checkpoint.Open(request.Base);
        using var model = LanguageModel.Load(checkpoint, request.Plan.Precision, new Device(request.Device), request.Weights, cancellation);
        Trainer.RefuseNarrow(model, request.Base);
        var longest = int.MaxValue;
        foreach (var trial in request.Plan.Trials)
        {
            cancellation.ThrowIfCancellationRequested();
            using var tuned = TrialFault.Named(trial, output: null, () => trial.Method.Start(model, request.Plan.Seed));
            longest = Math.Min(longest, tuned.Model.MaxLength);
        }
        Data.RefuseLonger(longest);
    }

    /// <summary>The inputs of a training that are others than those of a run: the run read everything once, and a file may have been changed since. A base may have been moved.</summary>
    /// <param name="made">What a training was made from.</param>
    /// <param name="training">The training that the run asked for.</param>
    public IReadOnlyList<string> OthersIn(TrainingInputs made, TrainingRequest training)
    {
        var expected = TrainingSource.InputsOf(training, Base with { Name = made.Base.Name }, Data, made.Settings.MaxLength);
        (string Name, object? Made, object? Expected)[] pairs =
        [
            ("base", made.Base, expected.Base),
            ("build", made.Engine, expected.Engine),
            ("chat template", made.ChatTemplate, expected.ChatTemplate),
            ("data", made.Data, expected.Data),
            ("machine", made.Environment, expected.Environment),
            ("method", made.Method, expected.Method),
            ("plan", made.Plan, expected.Plan),
            ("settings", made.Settings, expected.Settings),
            ("tokenizer", made.Tokenizer, expected.Tokenizer),
            ("validation", made.Validation, expected.Validation),
        ];
        return [.. pairs.Where(pair => !RecordJson.Canonical(pair.Made).AsSpan().SequenceEqual(RecordJson.Canonical(pair.Expected))).Select(pair => pair.Name)];
    }

    private static IReadOnlyList<ScreenedTask> Screen(CheckedData data, IEnumerable<EvaluationQuestion> questions, CancellationToken cancellationToken)
    {
        var known = TrainingDigests.OfTexts(data.Training.Rows.Concat(data.Validation!.Rows).SelectMany(row => row.Turns).Select(turn => turn.Text));
        return [.. questions.Select(question => ContaminationScreen.Screen(question.Task, question.Data, known, cancellationToken))];
    }

    /// <summary>Trials are compared item by item, so the metric has to be a mean of what items score; that more is better and all lies from 0 to 1 the scores show, and the task says.</summary>
    private static EvaluationQuestion Read(TrialTask task, string dataRoot, EvaluationQuestion? known = null)
    {
        var read = known?.Task ?? EvaluationTask.Load(task.File);
        if (!TrialFiles.IsPlain(read.Name))
            throw new TuningException(task.File, $"the task's name '{Printable.Of(read.Name)}' cannot stand in the names of files, and evaluations are filed by it", "Give it another name ('task:') without a colon or slashes.");
        var usable = read.Plans.Where(plan => plan.Aggregation == Mean && read.ScoreNames.Contains(plan.Name) && read.HigherIsBetter(plan.Name) != false).Select(plan => plan.Name).ToList();
        return usable.Contains(task.Metric)
            ? known ?? EvaluationQuestion.Read(read, new EvaluationScope(dataRoot))
            : throw new TuningException(
                task.File,
                read.MetricNames.Contains(task.Metric) ? $"the metric '{task.Metric}' is no mean of items' scores of which more is better, by which trials could be compared" : $"has no metric '{task.Metric}'",
                usable.Count == 0 ? "Name another task." : $"Name one of: {string.Join(", ", usable)}.");
    }

    private static string Name(EvaluationQuestion question) => $"{question.Task.TaskDigest.Hex} {question.Data.Digest.Hex}";
}

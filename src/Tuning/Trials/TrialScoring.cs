using Loragate.Artifacts.Checkpoints;
using Loragate.Artifacts.Records.Evaluating;
using Loragate.Artifacts.Records.Training;
using Loragate.EvalHarness.Evaluating;
using Loragate.EvalHarness.Models;

namespace Loragate.Tuning.Trials;

/// <summary>Scores the base and what trials made of it, on the same items. The base's weights are loaded once; an evaluation that lies in the folder, is known there and still answers is not made again.</summary>
internal sealed class TrialScoring : IDisposable
{
    private readonly TrialRequest _request;
    private readonly TrialInputs _inputs;
    private readonly TrialFolder _folder;
    private readonly Evaluator _base;
    private readonly CancellationToken _cancellation;

    /// <summary>Opens the base; its weights are loaded when they are first needed.</summary>
    /// <exception cref="TuningException">It has another config or tokenizer than the run began with.</exception>
    public TrialScoring(TrialRequest request, TrialInputs inputs, TrialFolder folder, CancellationToken cancellation)
    {
        (_request, _inputs, _folder, _cancellation) = (request, inputs, folder, cancellation);
        _base = Open(request.Base, request.Weights);
    }

    /// <summary>The base with its weights, for whoever looks into it as well; it lives as long as this.</summary>
    public LanguageModel Base => _base.Load(_cancellation);

    /// <summary>What all models are asked, by content.</summary>
    public IReadOnlyList<EvaluatedTask> Asked => [.. new[] { _inputs.Task, _inputs.Retained }.OfType<EvaluationQuestion>().Select(_base.Describe).DistinctBy(task => task.Name)];

    /// <summary>The base on the task, and on what must not be forgotten.</summary>
    /// <exception cref="TuningException">A score lies outside 0 to 1.</exception>
    public (TrialScore Task, TrialScore? Retained) OfBase() => (ScoreTask(_base, TrialFiles.Base), ScoreRetained(_base, TrialFiles.Base));

    /// <summary>What a trial of a round did for the task and to what must not be forgotten.</summary>
    public (TrialScore Task, TrialScore? Retained) Of(int round, TrainedTrial trained) =>
        With(trained, model => (ScoreTask(model, TrialFiles.Place(round, trained.Trial.Id)), ScoreRetained(model, TrialFiles.Place(round, trained.Trial.Id))));

    /// <summary>What a trial of a round did to what must not be forgotten alone.</summary>
    public TrialScore? Retained(int round, TrainedTrial trained) => _inputs.Retained is null ? null : With(trained, model => ScoreRetained(model, TrialFiles.Place(round, trained.Trial.Id)));

    public void Dispose() => _base.Dispose();

    /// <exception cref="TuningException">What lies in the trial's folder is not what its receipt tells.</exception>
    private T With<T>(TrainedTrial trained, Func<Evaluator, T> score)
    {
        using var model = trained.IsWhole ? Open(trained.Folder, trained.Weights()) : _base.Attach(() => trained.OpenAdapter(_cancellation));
        return score(model);
    }

    /// <summary>Opens the base, or a model that was made from it, both with the config and the tokenizer that the run began with: scores under others tell nothing of each other.</summary>
    private Evaluator Open(string folder, IReadOnlyList<TensorDigest> weights)
    {
        var opened = Evaluator.Open(new EvaluatorOptions { Model = folder, Weights = weights, Device = _request.Device, Threads = _request.Threads, Version = _request.Version });
        var other = opened.Model.ConfigDigest != _inputs.Base.ConfigDigest ? "config" : opened.Model.TokenizerDigest != _inputs.Data.Tokenizer ? "tokenizer" : null;
        if (other is null)
            return opened;
        opened.Dispose();
        throw new TuningException(
            folder, $"has another {other} than the base had when the run began",
            $"It was changed while the trials ran: restore the base's{(folder == _request.Base ? ", and the same command goes on" : ", remove the folder, and the trial is run again")}.");
    }

    private TrialScore ScoreTask(Evaluator model, string place) => Score(model, _inputs.Task, _request.Plan.Task, place);

    private TrialScore? ScoreRetained(Evaluator model, string place) => _inputs.Retained is null ? null : Score(model, _inputs.Retained, _request.Plan.Retained!, place);

    /// <summary>Scores a model. All are asked the same, so rows without a right answer are told of the base alone.</summary>
    private TrialScore Score(Evaluator model, EvaluationQuestion question, TrialTask task, string place)
    {
        var report = Evaluate(model, question, place);
        if (ReferenceEquals(model, _base) && UnanswerableRows.InWords(question, report) is { } rows)
            _request.Notes?.Report(rows);
        return Score(report, task);
    }

    private EvaluationReport Evaluate(Evaluator model, EvaluationQuestion question, string place)
    {
        var file = TrialFiles.Evaluation(place, question.Task.Name);
        if (_folder.Evaluation(file) is { } earlier && model.Answers(earlier, question))
            return earlier;
        var report = model.Evaluate(question, cancellationToken: _cancellation);
        _folder.Keep(file, report);
        return report;
    }

    private static TrialScore Score(EvaluationReport report, TrialTask task)
    {
        var repeated = report.Repeated.ToHashSet();
        List<double> scores = [.. report.Items.Where(item => !repeated.Contains(item.Id)).Select(item => item.Scores[task.Metric])];
        return scores.TrueForAll(score => score is >= 0 and <= 1)
            ? new TrialScore(report.Task.Name, task.Metric, report.Task.DataDigest, scores, report.ComputeDigest())
            : throw new TuningException(task.File, $"an item's {task.Metric} lies outside 0 to 1", "Name a metric of shares.");
    }
}

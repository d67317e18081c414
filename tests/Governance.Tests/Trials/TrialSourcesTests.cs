using Loragate.Artifacts;
using Loragate.Artifacts.Folders;
using Loragate.Artifacts.Records;
using Loragate.Artifacts.Records.Evaluating;
using Loragate.Artifacts.Records.Merging;
using Loragate.Artifacts.Records.Training;
using Loragate.Governance.Reports;

namespace Loragate.Governance.Trials;

/// <summary>Each lie of a report is planted alone and named.</summary>
public sealed class TrialSourcesTests
{
    private static readonly CheckpointIdentity Base = ReportSamples.Trained.Inputs.Base;

    private static readonly TrainingReceipt Receipt = ReportSamples.Trained with
    {
        Inputs = ReportSamples.Trained.Inputs with { Plan = SampleTrials.Some },
        Validations = [new ValidationLoss(1, 0.5), new ValidationLoss(2, 0.25)],
        Files = [new FileEntry("adapter_config.json", 7, Digest.Of([7])), new FileEntry("adapter_model.safetensors", 400, Digest.Of([4]))],
    };

    [Fact]
    public void A_report_that_says_what_its_records_say_has_no_fault()
    {
        var report = Honest();
        Assert.Null(TrialConsistency.FaultOf(report));
        var sources = new TrialSources(report, [Receipt]);
        Assert.Empty(sources.ReceiptFaults());
        Assert.All(Evaluations().Values, evaluation => Assert.Empty(sources.Faults(evaluation)));
    }

    [Theory]
    [InlineData("parameters", "lora: trained numbers of")]
    [InlineData("bytes", "lora: bytes of 399 where its receipt has 400")]
    [InlineData("rate", "lora: a learning rate of")]
    [InlineData("method", "lora: its receipt tells another method")]
    [InlineData("setting", "lora: its receipt tells another method, or other settings of it")]
    [InlineData("loss", "lora: a validation loss of 0.125 where its receipt has 0.25")]
    [InlineData("worse loss", "lora: a validation loss of 0.5 where its receipt has 0.25")]
    [InlineData("base", "lora: by its receipt it was made from another base")]
    [InlineData("plan", "lora: by its receipt it is a trial of another plan")]
    public void What_a_report_says_otherwise_than_a_receipt_is_named(string lie, string fault)
    {
        var report = Honest();
        var result = report.Results[0];
        var told = lie switch
        {
            "parameters" => report with { Results = [result with { Parameters = result.Parameters + 1 }] },
            "bytes" => report with { Results = [result with { Bytes = 399 }] },
            "rate" => report with { Results = [result with { LearningRate = result.LearningRate * 2 }] },
            "method" => report with { Results = [result with { Method = result.Method with { Name = "dora" } }] },
            "setting" => report with { Results = [result with { Method = result.Method with { Settings = new Dictionary<string, string> { ["rank"] = "1" } } }] },
            "loss" => WithLoss(report, 0.125),
            "worse loss" => WithLoss(report, 0.5),
            "base" => report with { Base = Base with { WeightsDigest = SampleTrials.Some } },
            _ => report with { Plan = Digest.Of([99]) },
        };
        Assert.Null(TrialConsistency.FaultOf(told));
        Assert.StartsWith(fault, Assert.Single(new TrialSources(told, [Receipt]).ReceiptFaults()), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("base routing", "base: other scores of items of routing than its evaluation has")]
    [InlineData("base facts", "base: other scores of items of facts than its evaluation has")]
    [InlineData("lora routing", "lora: other scores of items of routing than its evaluation has")]
    [InlineData("lora facts", "lora: other scores of items of facts than its evaluation has")]
    public void A_score_of_an_item_that_was_changed_is_named(string which, string fault)
    {
        var report = Honest();
        var result = report.Results[0];
        var told = which switch
        {
            "base routing" => report with { Task = Changed(report.Task) },
            "base facts" => report with { Retained = Changed(report.Retained!) },
            "lora routing" => report with { Results = [result with { Task = Changed(result.Task) }] },
            _ => report with { Results = [result with { Retained = Changed(result.Retained!) }] },
        };
        Assert.Equal([fault], Evaluations().Values.SelectMany(new TrialSources(told, [Receipt]).Faults));
    }

    [Fact]
    public void Two_scores_that_change_places_keep_their_mean_and_are_named_all_the_same()
    {
        var report = Honest();
        var told = report with { Task = report.Task with { Scores = [.. report.Task.Scores.Reverse()] } };
        Assert.Equal(report.Task.Value, told.Task.Value);
        Assert.Equal(["base: other scores of items of routing than its evaluation has"], Evaluations().Values.SelectMany(new TrialSources(told, [Receipt]).Faults));
    }

    [Fact]
    public void An_evaluation_of_another_model_task_or_adapter_or_that_nobody_named_is_none()
    {
        var evaluations = Evaluations();
        string[] Faults(string which, Func<EvaluationReport, EvaluationReport> change)
        {
            var (changed, report) = (change(evaluations[which]), Honest());
            var result = report.Results[0];
            var told = which.StartsWith("base", StringComparison.Ordinal)
                ? report with { Task = report.Task with { Evaluation = changed.ComputeDigest() } }
                : report with { Results = [result with { Task = result.Task with { Evaluation = changed.ComputeDigest() } }] };
            return [.. new TrialSources(told, [Receipt]).Faults(changed)];
        }

        Assert.Equal(["base: its evaluation is of another model"], Faults("base routing", e => e with { Model = e.Model with { WeightsDigest = SampleTrials.Some } }));
        Assert.Equal(["base: its evaluation is of another model"], Faults("base routing", e => e with { Model = e.Model with { AdapterDigest = SampleTrials.Some } }));
        Assert.Equal(["lora: its evaluation is of another model"], Faults("lora routing", e => e with { Model = e.Model with { AdapterDigest = null } }));
        Assert.Equal(["lora: its evaluation is of another adapter than its receipt"], Faults("lora routing", e => e with { Model = e.Model with { AdapterDigest = SampleTrials.Some } }));
        Assert.Equal(["lora: its evaluation is of another tokenizer than its receipt"], Faults("lora routing", e => e with { Model = e.Model with { TokenizerDigest = SampleTrials.Some } }));
        Assert.Equal(["lora: its evaluation is of another task than routing"], Faults("lora routing", e => e with { Task = e.Task with { DataDigest = Digest.Of([9]) } }));
        var stranger = evaluations["base routing"] with { Truncated = [1] };
        Assert.Equal([$"it names no evaluation with SHA-256 {stranger.ComputeDigest()}"], new TrialSources(Honest(), []).Faults(stranger));
    }

    [Theory]
    [InlineData("task file")]
    [InlineData("prompt")]
    [InlineData("limit")]
    [InlineData("rows")]
    [InlineData("repeated")]
    [InlineData("tokenizer")]
    [InlineData("engine")]
    public void Evaluations_that_did_not_ask_the_same_are_named(string other)
    {
        var (evaluations, report) = (Evaluations(), Honest());
        var own = evaluations["base routing"];
        var changed = other switch
        {
            "task file" => own with { Task = own.Task with { TaskDigest = Digest.Of([9]) } },
            "prompt" => own with { Task = own.Task with { Prompt = new EvaluatedPrompt(null, false, "Be brief.", null) } },
            "limit" => own with { Task = own.Task with { Limit = 500 } },
            "rows" => own with { Items = [.. own.Items.Select((item, i) => i == 0 ? item with { Id = 999 } : item)] },
            "repeated" => own with { Repeated = [.. own.Repeated, 999] },
            "tokenizer" => own with { Model = own.Model with { TokenizerDigest = SampleTrials.Some } },
            _ => own with { Engine = own.Engine with { Procedure = "another" } },
        };
        var sources = new TrialSources(report with { Task = report.Task with { Evaluation = changed.ComputeDigest() } }, [Receipt]);
        Assert.Empty(sources.Faults(changed));
        Assert.Equal(["lora: its evaluation asked another question of routing than others did (task file, prompt, rows, tokenizer or engine)"], sources.Faults(evaluations["lora routing"]));
        Assert.Empty(sources.Faults(evaluations["lora facts"]));
    }

    [Fact]
    public void An_evaluation_of_another_task_file_than_the_report_tells_is_named()
    {
        var (evaluations, report) = (Evaluations(), Honest());
        EvaluatedTask[] asked = [evaluations["base routing"].Task, evaluations["base facts"].Task];
        Assert.All(evaluations.Values, evaluation => Assert.Empty(new TrialSources(report with { Asked = asked }, [Receipt]).Faults(evaluation)));
        asked[0] = asked[0] with { TaskDigest = Digest.Of([9]) };
        Assert.Equal(["base: its evaluation is of another task than routing"], new TrialSources(report with { Asked = asked }, [Receipt]).Faults(evaluations["base routing"]));
    }

    [Fact]
    public void A_model_that_was_tuned_whole_is_scored_with_the_weights_of_its_receipt()
    {
        var weights = Digest.Of([7]);
        var receipt = Receipt with { Inputs = Receipt.Inputs with { Method = new TrainedMethod("full", new Dictionary<string, string>()) }, Weights = weights };
        string[] Faults(Digest scored)
        {
            var evaluation = Evaluation(SampleTrials.Score("routing", 0, 200), null) is var e ? e with { Model = e.Model with { WeightsDigest = scored } } : null!;
            var honest = Honest();
            var result = honest.Results[0] with { Method = receipt.Inputs.Method };
            var report = honest with
            {
                Rounds = [honest.Rounds[0] with { Runs = [honest.Rounds[0].Runs[0] with { Receipt = receipt.ComputeDigest() }] }],
                Results = [result with { Task = result.Task with { Evaluation = evaluation.ComputeDigest() } }],
            };
            return [.. new TrialSources(report, [receipt]).Faults(evaluation)];
        }

        Assert.Empty(Faults(weights));
        Assert.Equal(["lora: its evaluation is of other weights than its receipt"], Faults(Digest.Of([8])));
    }

    private static TrialReport WithLoss(TrialReport report, double loss) => report with
    {
        Rounds = [report.Rounds[0] with { Runs = [report.Rounds[0].Runs[0] with { ValidationLoss = loss }] }],
        Results = [report.Results[0] with { ValidationLoss = loss }],
    };

    private static TrialScore Changed(TrialScore score) => score with { Scores = [1 - score.Scores[0], .. score.Scores.Skip(1)] };

    private static TrialReport Honest()
    {
        var evaluations = Evaluations().ToDictionary(each => each.Key, each => each.Value.ComputeDigest());
        var report = SampleTrials.Report(SampleTrials.Result("lora", 200, 400));
        var result = report.Results[0];
        return report with
        {
            Base = Base,
            Task = report.Task with { Evaluation = evaluations["base routing"] },
            Retained = report.Retained! with { Evaluation = evaluations["base facts"] },
            Rounds = [new TrialRound(2, [new TrialRun("lora", 0.25, Receipt.ComputeDigest())])],
            Results =
            [
                result with
                {
                    Method = Receipt.Inputs.Method,
                    LearningRate = Receipt.Inputs.Settings.LearningRate,
                    Parameters = Receipt.Parameters,
                    ValidationLoss = 0.25,
                    Task = result.Task with { Evaluation = evaluations["lora routing"] },
                    Retained = result.Retained! with { Evaluation = evaluations["lora facts"] },
                },
            ],
        };
    }

    private static Dictionary<string, EvaluationReport> Evaluations()
    {
        var own = Receipt.ToCanonicalJson();
        var adapter = FolderManifest.DigestOf([.. Receipt.Files, new FileEntry(TrainingReceipt.FileName, own.Length, Digest.Of(own))]);
        return new Dictionary<string, EvaluationReport>
        {
            ["base routing"] = Evaluation(SampleTrials.Score("routing", 0, 120), null),
            ["base facts"] = Evaluation(SampleTrials.Score("facts", 0, 156), null),
            ["lora routing"] = Evaluation(SampleTrials.Score("routing", 0, 200), adapter),
            ["lora facts"] = Evaluation(SampleTrials.Score("facts", 0, 156), adapter),
        };
    }

    /// <summary>Of items with these scores, and a last row that repeats the first.</summary>
    private static EvaluationReport Evaluation(TrialScore score, Digest? adapter) => new(
        new EngineInfo("e", "v", "p", "cpu"), new EvaluatedModel(Base.WeightsDigest, Base.ConfigDigest, Receipt.Inputs.Tokenizer, adapter), new EvaluatedTask(score.Task, SampleTrials.Some, score.Data, "multiple_choice", score.Items + 1, null, []),
        [.. score.Scores.Append(score.Scores[0]).Select((value, i) => new EvaluatedItem(i, [-1, -2], [true, false], 0, new Dictionary<string, double> { [score.Metric] = value }, null, null))], [], [], [], [score.Items]);
}

using System.Security.Cryptography;
using System.Text;
using Loragate.Artifacts.Folders;
using Loragate.Artifacts.Records;
using Loragate.Artifacts.Records.Evaluating;
using Loragate.Artifacts.Records.Training;
using Loragate.EvalHarness.Journals;
using Record = Loragate.Artifacts.Records.Record;

namespace Loragate.Tuning.Trials;

/// <summary>A run whose report will be signed goes on from what its own key made, and from nothing that somebody put beside it.</summary>
public sealed class SealedTrialTests : IDisposable
{
    private const string One = "trials:\n  - {method: lora, rank: 1, learningRate: 0.001}\n";
    private const string Id = "lora-r1-lr0.001";

    private readonly TrialSample _sample = new();
    private readonly List<string> _said = [];

    private string Trained => Path.Combine(_sample.Output, "rounds", "1", Id);

    private string Evaluation => Path.Combine(_sample.Output, "evaluations", "1", Id, "sample_routing.json");

    [Fact]
    public void What_its_own_key_made_is_taken_over_and_nothing_is_told()
    {
        var first = Run(TrialSample.Halved, "own");
        var files = Written();
        var steps = 0;
        Assert.Equal(first.ComputeDigest(), Run(TrialSample.Halved, "own", () => steps++).ComputeDigest());
        Assert.Equal(0, steps);
        Assert.Equal(files, Written());
        Assert.Empty(_said);
        // Without a key it is one's own word, and with the same inputs the same report.
        Assert.Equal(first.ComputeDigest(), _sample.Run(TrialSample.Halved).ComputeDigest());
    }

    [Theory]
    [InlineData(null)]
    [InlineData("another")]
    public void What_nobody_or_another_key_vouches_for_is_set_aside_and_made_again(string? before)
    {
        var first = Run(One, before);
        var steps = 0;
        Assert.Equal(first.ComputeDigest(), Run(One, "own", () => steps++).ComputeDigest());
        Assert.Equal(4, steps);
        Assert.True(File.Exists(Path.Combine(Trained + ".unsigned", TrainingReceipt.FileName)));
        Assert.Contains($"{Trained} was not reused: no run with this key made it from these inputs. It was moved to {Trained}.unsigned.", _said);
        Assert.Equal(4, _said.Count(said => said.Contains("evaluations", StringComparison.Ordinal)));
    }

    [Fact]
    public void A_planted_score_that_answers_the_very_question_is_made_again()
    {
        var honest = Run(One, "own");
        var report = Record.ReadFile<EvaluationReport>(Evaluation);
        var right = report.Items.Select(item => item with
        {
            LogLikelihoods = [.. item.LogLikelihoods.Select((_, choice) => choice == item.Gold ? -1.0 : -100)],
            Scores = item.Scores.ToDictionary(score => score.Key, _ => 1.0),
        }).ToList();
        var planted = report with { Items = right, Metrics = [.. report.Metrics.Select(metric => metric with { Value = 1, StandardError = 0 })] };
        File.WriteAllBytes(Evaluation, planted.ToCanonicalJson());
        // Nothing but the key tells it from a score: a run without one takes it.
        Assert.Equal(1, _sample.Run(One).Results[0].Task.Value);
        Assert.Equal(honest.ComputeDigest(), Run(One, "own").ComputeDigest());
        Assert.Equal([$"{Evaluation} was not reused: no run with this key made it from these inputs."], _said);
    }

    [Fact]
    public void A_planted_fault_gives_up_no_trial()
    {
        var honest = Run(One, "own");
        Directory.Delete(_sample.Temp.PathTo("out", "rounds"), recursive: true);
        _sample.Temp.Write($"out/rounds/1/{Id}.fault.json", "\"step 2: no finite number\""u8);
        Assert.Equal(honest.ComputeDigest(), Run(One, "own").ComputeDigest());
        Assert.StartsWith($"{Trained}.fault.json was not reused", Assert.Single(_said), StringComparison.Ordinal);
    }

    [Fact]
    public void A_fault_that_its_own_key_noted_is_believed()
    {
        const string Trials = "trials:\n  - {method: full, learningRate: [100000000000000000000000000000.0, 0.002]}\n";
        var first = Run(Trials, "own");
        var steps = 0;
        Assert.Equal(first.ComputeDigest(), Run(Trials, "own", () => steps++).ComputeDigest());
        Assert.Equal(0, steps);
        Assert.Empty(_said);
    }

    [Fact]
    public void A_trial_that_was_trained_on_something_else_and_fits_its_receipt_is_trained_again()
    {
        var honest = Run(One, "own");
        // As somebody would plant it: files of another training under a receipt that tells this run's inputs.
        var other = _sample.Run("trials:\n  - {method: lora, rank: 1, learningRate: 0.05}\n", output: _sample.Temp.PathTo("other"));
        var weights = Path.Combine(_sample.Temp.PathTo("other"), "rounds", "1", other.Results[0].Id, "adapter_model.safetensors");
        File.Copy(weights, Path.Combine(Trained, "adapter_model.safetensors"), overwrite: true);
        var path = Path.Combine(Trained, TrainingReceipt.FileName);
        var receipt = Record.ReadFile<TrainingReceipt>(path);
        var files = FolderManifest.Read(Trained, TestContext.Current.CancellationToken).Files.Where(file => file.Path != TrainingReceipt.FileName).ToList();
        File.WriteAllBytes(path, (receipt with { Files = files }).ToCanonicalJson());
        Assert.Equal(honest.ComputeDigest(), Run(One, "own").ComputeDigest());
        Assert.StartsWith($"{Trained} was not reused", Assert.Single(_said), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("lora, rank: 1", "lora-r1-lr0.001", "adapter_model.safetensors")]
    [InlineData("full", "full-lr0.001", "model.safetensors")]
    public void What_is_put_in_the_place_of_what_was_trained_is_not_scored(string method, string id, string weights)
    {
        var trials = $"trials:\n  - {{method: {method}, learningRate: [0.001, 0.002]}}\n";
        var place = Path.Combine(_sample.Output, "rounds", "1", id);
        var planted = false;
        // When the second trial trains, the first one lies there.
        var fault = Assert.Throws<TuningException>(() => Run(trials, "own", () =>
        {
            if (planted || !File.Exists(Path.Combine(place, weights)))
                return;
            planted = true;
            var bytes = File.ReadAllBytes(Path.Combine(place, weights));
            bytes[^2] ^= 1;
            File.WriteAllBytes(Path.Combine(place, weights), bytes);
        }));
        Assert.True(planted);
        Assert.Equal((place, "is not what its training receipt tells"), (fault.Place, fault.Fault));
        Assert.False(File.Exists(Path.Combine(_sample.Output, TrialReport.FileName)));
    }

    [Fact]
    public void A_receipt_that_is_put_in_place_with_the_adapter_that_it_tells_is_not_scored_either()
    {
        const string Two = "trials:\n  - {method: lora, rank: 1, learningRate: [0.001, 0.002]}\n";
        _sample.Run("trials:\n  - {method: lora, rank: 1, learningRate: 0.05}\n", output: _sample.Temp.PathTo("other"));
        var planted = false;
        Assert.Equal("is not what its training receipt tells", Assert.Throws<TuningException>(() => Run(Two, "own", () =>
        {
            if (planted || !Directory.Exists(Trained))
                return;
            planted = true;
            Directory.Delete(Trained, recursive: true);
            Directory.Move(_sample.Temp.PathTo("other", "rounds", "1", "lora-r1-lr0.05"), Trained);
        })).Fault);
        Assert.True(planted);
    }

    [Fact]
    public void A_folder_or_file_that_nobody_can_read_is_set_aside_like_any_other_that_is_not_its_own()
    {
        var honest = Run(One, "own");
        foreach (var (plant, number) in new Action[] { () => Directory.CreateDirectory(Trained), () => _sample.Temp.Write($"out/rounds/1/{Id}/{TrainingReceipt.FileName}", "{}"u8), () => File.WriteAllText(Trained, "") }.Select((plant, i) => (plant, i + 1)))
        {
            Directory.Delete(Trained, recursive: true);
            plant();
            Assert.Equal(honest.ComputeDigest(), Run(One, "own").ComputeDigest());
            Assert.Equal(number, _said.Count);
            Assert.StartsWith($"{Trained} was not reused", _said[^1], StringComparison.Ordinal);
        }
        // Without a key it stays a fault.
        File.WriteAllText(Path.Combine(Trained, TrainingReceipt.FileName), "{}");
        Assert.Throws<RecordException>(() => _sample.Run(One));
    }

    [Fact]
    public void What_a_trial_took_is_believed_of_its_own_key_alone()
    {
        Run(One, "own");
        var costs = _sample.Temp.PathTo("out", TrialCosts.FileName);
        Assert.NotNull(Assert.Single(Record.ReadFile<TrialCosts>(costs).Costs).Training);
        Run(One, "own");
        Assert.NotNull(Assert.Single(Record.ReadFile<TrialCosts>(costs).Costs).Training);
        Assert.Empty(_said);
        File.WriteAllText(Trained + ".cost.json", File.ReadAllText(Trained + ".cost.json") + " ");
        Run(One, "own");
        Assert.Null(Assert.Single(Record.ReadFile<TrialCosts>(costs).Costs).Training);
        Assert.Equal([$"{Trained}.cost.json was not reused: no run with this key made it from these inputs. What the trial took is not told."], _said);
    }

    [Theory]
    [InlineData("own", 2)]
    [InlineData(null, 4)]
    public void An_interrupted_trial_goes_on_from_a_checkpoint_that_its_own_key_vouches_for(string? before, int left)
    {
        using var stop = new CancellationTokenSource();
        var steps = 0;
        void Stop()
        {
            if (++steps == 2)
                stop.Cancel();
        }

        Assert.Throws<OperationCanceledException>(() => _sample.Run(One, HeardTrials.Steps(Stop), seal: before is null ? null : Seal(before), cancellation: stop.Token));
        Assert.True(File.Exists(Path.Combine(Trained + ".partial", "training-state.safetensors")));
        steps = 0;
        Run(One, "own", () => steps++);
        Assert.Equal(left, steps);
        Assert.Equal(before is null, Directory.Exists(Trained + ".partial.unsigned"));
    }

    [Fact]
    public void A_checkpoint_that_is_changed_after_it_was_vouched_for_and_before_it_is_read_is_not_gone_on_from()
    {
        using var stop = new CancellationTokenSource();
        Assert.Throws<OperationCanceledException>(() => _sample.Run(One, HeardTrials.Steps(stop.Cancel), seal: Seal("own"), cancellation: stop.Token));
        var state = Path.Combine(Trained + ".partial", "training-state.safetensors");
        void Change()
        {
            var bytes = File.ReadAllBytes(state);
            bytes[^1] ^= 1;
            File.WriteAllBytes(state, bytes);
        }

        var fault = Assert.Throws<TuningException>(() => _sample.Run(One, seal: Seal("own"), say: _said.Add, started: Change));
        Assert.Contains("was put in the place of the interrupted run's checkpoint while this run began", fault.Message, StringComparison.Ordinal);
        Assert.Empty(_said);
        var steps = 0;
        Run(One, "own", () => steps++);
        Assert.Equal(4, steps);
        Assert.StartsWith($"{Trained}.partial was not reused", Assert.Single(_said), StringComparison.Ordinal);
    }

    [Fact]
    public void A_second_start_leaves_a_run_that_is_at_work_alone()
    {
        var honest = Run(One, "own");
        Directory.Delete(_sample.Output, recursive: true);
        string? second = null;
        void Start() => second ??= Assert.Throws<FolderException>(() => Run(One, "another")).Message;
        Assert.Equal(honest.ComputeDigest(), Run(One, "own", Start).ComputeDigest());
        Assert.StartsWith($"{_sample.Output}: another process writes this output", second, StringComparison.Ordinal);
        Assert.Empty(_said);
        Assert.False(File.Exists(_sample.Output + ".lock.partial"));
    }

    [Theory]
    [InlineData("rounds")]
    [InlineData("evaluations")]
    [InlineData("trial-plan.yaml")]
    public void A_link_in_the_folder_is_refused_and_nothing_is_written_where_it_leads(string name)
    {
        Run(One, "own");
        var (link, outside) = (Path.Combine(_sample.Output, name), _sample.Temp.PathTo("outside"));
        Directory.Move(link, outside);
        File.CreateSymbolicLink(link, outside);
        var before = Directory.Exists(outside) ? Directory.GetFileSystemEntries(outside, "*", SearchOption.AllDirectories) : [File.ReadAllText(outside)];
        Assert.Contains("a symbolic link to", Assert.Throws<FolderException>(() => Run("seed: 5\n" + One, "own")).Message, StringComparison.Ordinal);
        Assert.Equal(before, Directory.Exists(outside) ? Directory.GetFileSystemEntries(outside, "*", SearchOption.AllDirectories) : [File.ReadAllText(outside)]);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_signature_stays_where_it_is_over_what_the_run_writes_whether_or_not_a_report_lies_there(bool isOver)
    {
        var first = Run(One, "own");
        var signature = _sample.Temp.Write("out/trial.sigstore.json", "signature"u8);
        File.Delete(_sample.Temp.PathTo("out", TrialReport.FileName));
        _sample.Run(One, seal: Seal("own"), say: _said.Add, isSigned: (report, file) => isOver && file == signature && report.ComputeDigest() == first.ComputeDigest());
        Assert.Equal(isOver, File.Exists(signature));
        Assert.Equal(isOver ? 0 : 1, _said.Count);
    }

    [Fact]
    public void A_corrected_plan_takes_over_the_scores_of_the_base_and_none_of_another_trial_of_that_name()
    {
        Run(One, "own");
        Directory.Delete(_sample.Temp.PathTo("out", "rounds"), recursive: true);
        var before = Written("evaluations");
        var corrected = Run("seed: 5\n" + One, "own");
        var ofBase = before.Keys.Where(file => file.StartsWith(_sample.Temp.PathTo("out", "evaluations", "base"), StringComparison.Ordinal)).ToList();
        Assert.Equal(2, ofBase.Count);
        Assert.All(before, each => Assert.Equal(ofBase.Contains(each.Key), File.GetLastWriteTimeUtc(each.Key) == each.Value));
        Assert.Empty(_said);
        Assert.Equal(corrected.ComputeDigest(), _sample.Run("seed: 5\n" + One, output: _sample.Temp.PathTo("anew")).ComputeDigest());
    }

    [Fact]
    public void What_was_made_of_other_inputs_under_the_same_key_is_not_taken_over()
    {
        Run("seed: 5\n" + One, "own");
        var journal = File.ReadAllBytes(_sample.Temp.PathTo("out", TrialFiles.Journal));
        var planted = _sample.Temp.PathTo("out", "rounds");
        Directory.Move(planted, _sample.Temp.PathTo("rounds"));
        Directory.Delete(_sample.Output, recursive: true);
        Run(One, "own");
        Directory.Delete(planted, recursive: true);
        Directory.Move(_sample.Temp.PathTo("rounds"), planted);
        File.WriteAllBytes(_sample.Temp.PathTo("out", TrialFiles.Journal), [.. journal, .. File.ReadAllBytes(_sample.Temp.PathTo("out", TrialFiles.Journal))]);
        var steps = 0;
        Run(One, "own", () => steps++);
        Assert.Equal(4, steps);
        Assert.StartsWith($"{Trained} was not reused", Assert.Single(_said), StringComparison.Ordinal);
    }

    public void Dispose() => _sample.Dispose();

    private TrialReport Run(string trials, string? key, Action? step = null) => _sample.Run(trials, step is null ? null : HeardTrials.Steps(step), seal: key is null ? null : Seal(key), say: _said.Add);

    /// <summary>A key by its name.</summary>
    private static JournalSeal Seal(string key)
    {
        byte[] Sign(byte[] bytes) => HMACSHA256.HashData(Encoding.UTF8.GetBytes(key), bytes);
        return new JournalSeal(Sign, (bytes, signature) => Sign(bytes).AsSpan().SequenceEqual(signature));
    }

    private Dictionary<string, DateTime> Written() => Written("rounds", "evaluations");

    private Dictionary<string, DateTime> Written(params string[] folders) => folders
        .SelectMany(folder => Directory.EnumerateFiles(Path.Combine(_sample.Output, folder), "*", SearchOption.AllDirectories)).Where(file => !file.EndsWith(".cost.json", StringComparison.Ordinal)).ToDictionary(file => file, File.GetLastWriteTimeUtc);
}

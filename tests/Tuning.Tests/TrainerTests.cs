using Loragate.Artifacts;
using Loragate.Artifacts.Checkpoints;
using Loragate.Artifacts.Folders;
using Loragate.Artifacts.Records.Training;
using Loragate.Testing;
using Loragate.Tuning.Methods;

namespace Loragate.Tuning;

public sealed class TrainerTests : IDisposable
{
    private readonly TempFolder _temp = new();

    public static TheoryData<string> Names => [.. TrainingSample.Methods.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public void A_run_that_crashes_and_goes_on_gives_the_same_bytes_as_one_that_does_not(string name)
    {
        var undisturbed = Trainer.Train(Request(name, "undisturbed"));
        Assert.Throws<TimeoutException>(() => Trainer.Train(Request(name, "disturbed"), At.Crash(5)));
        Assert.False(Directory.Exists(_temp.PathTo("disturbed")));
        var steps = At.Never;
        var disturbed = Trainer.Train(Request(name, "disturbed"), steps);
        Assert.Equal([5, 6, 7], steps.Seen);
        Assert.Equal(undisturbed.Files, disturbed.Files);
        Assert.Equal(undisturbed.ToCanonicalJson(), disturbed.ToCanonicalJson());
        Assert.Equal(undisturbed.ToCanonicalJson(), File.ReadAllBytes(_temp.PathTo("disturbed", TrainingReceipt.FileName)));
        Assert.Empty(Directory.EnumerateDirectories(_temp.Path, "*.partial"));
    }

    [Fact]
    public void An_interrupted_run_goes_on_from_the_step_it_was_at()
    {
        using var stop = new CancellationTokenSource();
        Assert.Throws<OperationCanceledException>(() => Trainer.Train(Request("lora", "adapter"), new At(3, stop.Cancel), stop.Token));
        var steps = At.Never;
        _ = Trainer.Train(Request("lora", "adapter"), steps);
        Assert.Equal([4, 5, 6, 7], steps.Seen);
    }

    [Fact]
    public void The_same_seed_gives_the_same_adapter_and_another_seed_another()
    {
        var first = Trainer.Train(Request("lora", "first"));
        Assert.Equal(first.Files, Trainer.Train(Request("lora", "second")).Files);
        Assert.NotEqual(first.Files, Trainer.Train(Request("lora", "third") with { Seed = 2 }).Files);
    }

    [Fact]
    public void Accumulated_batches_and_layers_computed_again_learn_as_one_batch_does()
    {
        var whole = Trainer.Train(Request("dora", "whole") with { BatchSize = 4, Accumulation = 1 });
        var parts = Trainer.Train(Request("dora", "parts") with { BatchSize = 2, Accumulation = 2, Recompute = true });
        // The same numbers in another order of float32 additions.
        Assert.All(whole.Losses.Zip(parts.Losses), pair => Assert.Equal(pair.First, pair.Second, 1e-3));
    }

    [Fact]
    public void Stored_precision_learns_nearly_what_float32_learns()
    {
        var wide = Trainer.Train(Request("full", "wide"));
        var stored = Trainer.Train(Request("full", "stored") with { Precision = EvalHarness.Models.Precision.Stored });
        // bfloat16 has 8 bits: a loss of 4 is off by a hundredth or two.
        Assert.All(wide.Losses.Zip(stored.Losses), pair => Assert.Equal(pair.First, pair.Second, 0.1));
        Assert.NotEqual(wide.Losses, stored.Losses);
    }

    [Fact]
    public void Training_stops_when_validation_gets_no_better_and_the_best_parameters_are_saved()
    {
        var request = Request("lora", "adapter") with { Validation = [Rows("validation.jsonl", 4, 900)], ValidateEvery = 1, Patience = 2, LearningRate = 0.05, WarmUp = 0, Steps = 30, Schedule = Optimizing.Schedule.Constant };
        var receipt = Trainer.Train(request);
        Assert.True(receipt.Losses.Count < 30);
        Assert.Equal(receipt.Validations.MinBy(v => v.Loss)!.Step, receipt.SavedStep);
        Assert.Equal(receipt.SavedStep + 2, receipt.Losses.Count);
        var upToThere = Trainer.Train(request with { Output = _temp.PathTo("short"), Steps = receipt.SavedStep, Patience = 0, Validation = [] });
        Assert.Equal(upToThere.Files, receipt.Files);
    }

    [Fact]
    public void Every_unsound_setting_is_named_at_once()
    {
        var fault = Assert.Throws<TuningException>(() => Trainer.Train(Request("lora", "adapter") with { Steps = 0, WarmUp = null, BatchSize = 0, LearningRate = double.NaN, Patience = 3 }));
        Assert.Contains("steps below 1; a batch size below 1; a learning rate that is not positive; patience without validation data", fault.Message);
        Assert.False(Path.Exists(_temp.PathTo("adapter.partial")));
    }

    [Theory]
    [InlineData("settings", "steps below 1")]
    [InlineData("output", "the output already exists")]
    [InlineData("data", "the same prompt as")]
    public void What_is_cheap_to_find_is_found_before_the_base_is_read(string what, string words)
    {
        _temp.Write("standing/file", "x"u8);
        var twice = _temp.Write("twice.jsonl", "{\"prompt\": \"a\", \"completion\": \" b\"}\n{\"prompt\": \"a\", \"completion\": \" c\"}\n"u8);
        var request = Request("lora", what == "output" ? "standing" : "adapter") with { Weights = new Unhashed() };
        Assert.Contains(words, Assert.ThrowsAny<MalformedInputException>(() => Trainer.Train(request with { Steps = what == "settings" ? 0 : 7, Data = what == "data" ? [twice] : request.Data })).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("rank", 0, "rank")]
    [InlineData("target", 2, "target 'no_proj': the model has no such linear module in the layers asked for. Name some of: q_proj, k_proj, v_proj, o_proj, gate_proj, up_proj, down_proj, lm_head.")]
    [InlineData("layer", 2, "layer 7: the model has no such layer")]
    public void A_method_that_does_not_fit_the_model_is_refused(string what, int rank, string words)
    {
        var method = new LoraMethod { Rank = rank, Targets = what == "target" ? ["no_proj"] : [], Layers = what == "layer" ? [1, 7] : [] };
        Assert.Contains(words, Assert.Throws<TuningException>(() => Trainer.Train(Request("lora", "adapter") with { Method = method })).Message);
    }

    public static TheoryData<string, LoraMethod> UnsoundMethods => new()
    {
        { "alpha: ", new LoraMethod { Alpha = 0 } },
        { "alpha: ", new LoraMethod { Alpha = 1e39 } },
        { "alpha: ", new LoraMethod { AlphaPattern = [new("q_proj", -1)] } },
        { "rank pattern 'q_proj': comes twice", new LoraMethod { RankPattern = [new("q_proj", 4), new("q_proj", 2)] } },
        { "alpha pattern 'q_proj': comes twice", new LoraMethod { AlphaPattern = [new("q_proj", 4), new("q_proj", 4)] } },
        { "pattern 'nonsense': no module", new LoraMethod { RankPattern = [new("q_proj", 4), new("nonsense", 4)] } },
        { "pattern 'q_proj': no module", new LoraMethod { Targets = ["v_proj"], AlphaPattern = [new("q_proj", 4)] } },
    };

    [Theory]
    [MemberData(nameof(UnsoundMethods))]
    public void What_a_method_is_told_and_cannot_do_is_refused(string words, LoraMethod method) =>
        Assert.Contains(words, Assert.Throws<TuningException>(() => Trainer.Train(Request("lora", "adapter") with { Method = method })).Message);

    [Fact]
    public void Numbers_beyond_float32_and_schedules_that_there_are_not_are_refused()
    {
        void Refused(string words, TrainingRequest request) => Assert.Contains(words, Assert.Throws<TuningException>(() => Trainer.Train(request)).Message);

        var request = Request("lora", "adapter");
        Refused("float32", request with { LearningRate = 1e39 });
        Refused("float32", request with { LearningRate = 1e38 });
        Refused("clipping", request with { Clip = double.PositiveInfinity });
        Refused("decay", request with { Optimizer = new(WeightDecay: double.PositiveInfinity) });
        Refused("schedule", request with { Schedule = (Optimizing.Schedule)7 });
    }

    [Fact]
    public void A_receipt_names_the_processors_kind_and_the_plan_that_it_was_a_trial_of()
    {
        var plan = Digest.Of("plan"u8);
        var inputs = Trainer.Train(Request("prompt", "adapter") with { Plan = plan, Steps = 1, WarmUp = 0 }).Inputs;
        Assert.Equal(plan, inputs.Plan);
        Assert.Equal(["processor", "threads", "torch"], inputs.Environment.Keys);
        Assert.Matches("^(x64|arm64)(-avx2|-avx512)?$", inputs.Environment["processor"]);
    }

    [Fact]
    public void A_receipt_can_be_read_again()
    {
        var receipt = Trainer.Train(Request("lora", "adapter"));
        var read = Artifacts.Records.Record.ReadFile<TrainingReceipt>(_temp.PathTo("adapter", TrainingReceipt.FileName));
        Assert.Equal(receipt.ComputeDigest(), read.ComputeDigest());
        Assert.Equal(FolderManifest.Read(_temp.PathTo("adapter"), CancellationToken.None).Files.Where(f => f.Path != TrainingReceipt.FileName), read.Files);
    }

    public void Dispose() => _temp.Dispose();

    private TrainingRequest Request(string method, string output) => new TrainingSample(_temp).Request(method, output);

    private string Rows(string name, int count, int first) => new TrainingSample(_temp).Rows(name, count, first);
}

using System.Collections.Concurrent;
using Loragate.Artifacts;
using Loragate.Artifacts.Folders;
using Loragate.Testing;
using Loragate.Tuning.Methods;
using static TorchSharp.torch;

namespace Loragate.Tuning;

/// <summary>What was learnt is never lost and nobody else's is touched, however a run ends.</summary>
public sealed class UnfinishedTrainingTests : IDisposable
{
    private readonly TempFolder _temp = new();

    public static TheoryData<string> FailedStarts => ["data", "base", "fresh"];

    [Theory]
    [MemberData(nameof(FailedStarts))]
    public void A_start_that_fails_leaves_what_an_interrupted_run_had_learnt(string why)
    {
        var request = Request("lora", "adapter");
        Assert.Throws<TimeoutException>(() => Trainer.Train(request, At.Crash(5)));
        Assert.ThrowsAny<MalformedInputException>(() => Trainer.Train(why == "base" ? request with { Base = _temp.PathTo("nowhere") } : request with { Data = ["nowhere.jsonl"], Fresh = why == "fresh" }));
        var steps = At.Never;
        _ = Trainer.Train(request, steps);
        Assert.Equal([5, 6, 7], steps.Seen);
    }

    [Fact]
    public void A_result_that_could_not_be_put_in_place_is_saved_by_the_next_run_without_learning_again()
    {
        var request = Request("lora", "adapter");
        Assert.ThrowsAny<MalformedInputException>(() => Trainer.Train(request, new At(7, () => _temp.Write("adapter/in-the-way", "x"u8))));
        Directory.Delete(request.Output, recursive: true);
        var steps = At.Never;
        var receipt = Trainer.Train(request, steps);
        Assert.Empty(steps.Seen);
        Assert.Equal(Trainer.Train(request with { Output = _temp.PathTo("undisturbed") }).ToCanonicalJson(), receipt.ToCanonicalJson());
        Assert.False(Directory.Exists(_temp.PathTo("adapter.partial")));
    }

    [Theory]
    [InlineData(1UL, false)]
    [InlineData(9UL, true)]
    public void What_a_run_left_that_was_killed_once_its_output_stood_is_cleared_and_another_runs_is_not(ulong seed, bool stays)
    {
        var request = Request("lora", "adapter");
        Assert.Throws<TimeoutException>(() => Trainer.Train(request with { Seed = seed }, At.Crash(7)));
        Directory.Move(_temp.PathTo("adapter.partial"), _temp.PathTo("kept"));
        _ = Trainer.Train(request);
        Directory.Move(_temp.PathTo("kept"), _temp.PathTo("adapter.partial"));
        Assert.Contains("already exists", Assert.Throws<FolderException>(() => Trainer.Train(request)).Message, StringComparison.Ordinal);
        Assert.Equal(stays, Directory.Exists(_temp.PathTo("adapter.partial")));
        Assert.False(File.Exists(_temp.PathTo("adapter.lock.partial")));
    }

    [Fact]
    public void What_is_cleared_loses_its_state_last_and_the_empty_folder_goes_too()
    {
        var request = Request("lora", "adapter");
        Assert.Throws<TimeoutException>(() => Trainer.Train(request, At.Crash(7)));
        Directory.Move(_temp.PathTo("adapter.partial"), _temp.PathTo("kept"));
        _ = Trainer.Train(request);
        Directory.Move(_temp.PathTo("kept"), _temp.PathTo("adapter.partial"));
        _temp.Write("adapter.partial/result/half", "saved"u8);
        using (var watcher = new FileSystemWatcher(_temp.PathTo("adapter.partial")))
        {
            using var deleted = new BlockingCollection<string>();
            watcher.Deleted += (_, entry) => deleted.Add(entry.Name!);
            watcher.EnableRaisingEvents = true;
            Assert.Throws<FolderException>(() => Trainer.Train(request));
            List<string> gone = [.. Enumerable.Range(0, 3).Select(_ => deleted.TryTake(out var name, TimeSpan.FromSeconds(30)) ? name : "nothing")];
            Assert.Equal(["kept-by", "result"], gone.Take(2).Order());
            Assert.Equal("training-state.safetensors", gone[2]);
        }
        Directory.CreateDirectory(_temp.PathTo("adapter.partial"));
        Assert.Throws<FolderException>(() => Trainer.Train(request));
        Assert.False(Directory.Exists(_temp.PathTo("adapter.partial")));
    }

    [Fact]
    public void A_base_that_is_not_there_is_told_as_such_and_no_place_is_taken()
    {
        var fault = Assert.ThrowsAny<MalformedInputException>(() => Trainer.Train(Request("lora", "inside/adapter") with { Base = _temp.PathTo("mistyped"), Data = ["nowhere.jsonl"] }));
        Assert.StartsWith($"{_temp.PathTo("mistyped")}: no such folder", fault.Message, StringComparison.Ordinal);
        Assert.False(Directory.Exists(_temp.PathTo("inside")));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void What_something_else_left_in_the_way_is_named_and_not_touched(bool fresh)
    {
        var others = _temp.Write("adapter.partial/other.bin", "an interrupted merge's"u8);
        var fault = Assert.ThrowsAny<MalformedInputException>(() => Trainer.Train(Request("lora", "adapter") with { Fresh = fresh }));
        Assert.Contains("other.bin", fault.Message, StringComparison.Ordinal);
        Assert.True(File.Exists(others));
    }

    [Fact]
    public void Two_trainings_at_once_on_one_output_do_not_disturb_each_other()
    {
        var request = Request("lora", "adapter");
        MalformedInputException? refused = null;
        _ = Trainer.Train(request, new At(3, () => refused = Assert.ThrowsAny<MalformedInputException>(() => Trainer.Train(request))));
        Assert.Contains("another process", refused!.Message, StringComparison.Ordinal);
        Assert.True(Directory.Exists(request.Output));
    }

    [Fact]
    public void What_was_left_by_another_run_is_kept_until_it_is_thrown_away()
    {
        Assert.Throws<TimeoutException>(() => Trainer.Train(Request("lora", "adapter"), At.Crash(5)));
        var other = Request("lora", "adapter") with { Seed = 9 };
        var fault = Assert.Throws<TuningException>(() => Trainer.Train(other));
        Assert.Contains("other inputs", fault.Message);
        Assert.NotEmpty(Directory.EnumerateFiles(_temp.PathTo("adapter.partial")));
        Assert.Equal(7, Trainer.Train(other with { Fresh = true }).Losses.Count);
    }

    [Fact]
    public void A_run_on_conversations_does_not_go_on_with_another_chat_template()
    {
        static string Template(string word) => $"{{% for m in messages %}}[{{{{ m['role'] }}}}] {{{{ m['content'] }}}}\n{{% endfor %}}{{% if add_generation_prompt %}}[{word}] {{% endif %}}";
        var chat = string.Join('\n', Enumerable.Range(0, 4).Select(i => $$"""{"messages": [{"role": "user", "content": "Order {{i}}?"}, {"role": "assistant", "content": "Day {{i}}."}]}"""));
        var model = _temp.Copy(Sample.Base, "chat");
        _temp.Write("chat/chat_template.jinja", System.Text.Encoding.UTF8.GetBytes(Template("assistant")));
        var request = Request("lora", "adapter") with { Base = model, Data = [_temp.Write("chat.jsonl", System.Text.Encoding.UTF8.GetBytes(chat))] };
        Assert.Throws<TimeoutException>(() => Trainer.Train(request, At.Crash(5)));
        var first = File.ReadAllBytes(Path.Combine(model, "chat_template.jinja"));
        _temp.Write("chat/chat_template.jinja", System.Text.Encoding.UTF8.GetBytes(Template("assistant") + "{# another #}"));
        Assert.Contains("other inputs", Assert.Throws<TuningException>(() => Trainer.Train(request)).Message, StringComparison.Ordinal);
        _temp.Write("chat/chat_template.jinja", first);
        Assert.Equal(Digest.Of(first), Trainer.Train(request).Inputs.ChatTemplate);
        Assert.Null(Trainer.Train(Request("lora", "completions")).Inputs.ChatTemplate);
    }

    [Fact]
    public void Other_work_does_not_clear_what_an_interrupted_training_had_learnt()
    {
        var request = Request("lora", "adapter");
        Assert.Throws<TimeoutException>(() => Trainer.Train(request, At.Crash(5)));
        Assert.Contains("interrupted training", Assert.Throws<FolderException>(() => OutputFolder.Create(request.Output)).Message, StringComparison.Ordinal);
        Assert.Contains("interrupted training", Assert.Throws<FolderException>(() => OutputFolder.Resume(request.Output)).Message, StringComparison.Ordinal);
        var steps = At.Never;
        _ = Trainer.Train(request, steps);
        Assert.Equal([5, 6, 7], steps.Seen);
    }

    [Theory]
    [InlineData(1, "is kept", "--fresh")]
    [InlineData(50, "no checkpoint", "")]
    public void A_loss_that_is_no_number_is_named_with_its_step_and_what_is_left(int checkpointEvery, string words, string advice)
    {
        var fault = Assert.Throws<DivergenceException>(() => Trainer.Train(Diverging() with { CheckpointEvery = checkpointEvery }));
        Assert.Matches("^step [23]: ", fault.Message);
        Assert.Contains(words, fault.Message, StringComparison.Ordinal);
        Assert.Contains(advice, fault.Message, StringComparison.Ordinal);
        Assert.Equal(checkpointEvery == 1, Directory.Exists(_temp.PathTo("model.partial")));
    }

    [Fact]
    public void Weights_that_the_last_step_destroyed_are_not_saved()
    {
        var fault = Assert.Throws<DivergenceException>(() => Trainer.Train(Diverging() with { Steps = 1, WarmUp = 0 }));
        Assert.Contains("step 1", fault.Message, StringComparison.Ordinal);
        Assert.False(Directory.Exists(_temp.PathTo("model")) || Directory.Exists(_temp.PathTo("model.partial")));
    }

    [Fact]
    public void A_validation_loss_that_is_no_number_is_refused()
    {
        var fault = Assert.Throws<DivergenceException>(() => Trainer.Train(Request("lora", "model") with { LearningRate = 1e30, Clip = null, Validation = [new TrainingSample(_temp).Rows("validation.jsonl", 4, 900)], ValidateEvery = 1 }));
        Assert.Contains("validation loss", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_number_that_its_stored_type_cannot_hold_is_refused()
    {
        using var large = tensor(new[] { 1f, 1e5f });
        Assert.Equal(8, TensorFile.Bytes("model.norm.weight", large, ScalarType.Float32).Length);
        Assert.Contains("model.norm.weight", Assert.Throws<DivergenceException>(() => TensorFile.Bytes("model.norm.weight", large, ScalarType.Float16)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Nothing_is_written_into_the_base_and_its_signature_is_not_the_tuned_models()
    {
        var model = _temp.PathTo("base");
        _temp.Copy(Sample.Base, "base");
        File.WriteAllText(Path.Combine(model, "model.sig"), "{}");
        var request = Request("full", "tuned") with { Base = model, Steps = 1, WarmUp = 0 };
        Assert.Contains("base", Assert.ThrowsAny<MalformedInputException>(() => Trainer.Train(request with { Output = Path.Combine(model, "inside") })).Message, StringComparison.Ordinal);
        Assert.Empty(Directory.EnumerateDirectories(model));
        var files = Trainer.Train(request).Files.Select(f => f.Path).ToList();
        Assert.Contains("tokenizer.json", files);
        Assert.DoesNotContain("model.sig", files);
    }

    public void Dispose() => _temp.Dispose();

    private TrainingRequest Diverging() => Request("full", "model") with { LearningRate = 1e30, Clip = null };

    private TrainingRequest Request(string method, string output) => new TrainingSample(_temp).Request(method, output);
}

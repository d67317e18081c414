using Loragate.Testing;

namespace Loragate.Cli.Verbs;

/// <summary>Training as a process of its own: killed, out of disk, and judged by the gate.</summary>
public sealed class TrainTests : IDisposable
{
    private readonly TempFolder _temp = new();

    [Fact]
    public void A_training_that_is_killed_goes_on_to_the_same_bytes()
    {
        _ = Executable.Must(Train("undisturbed"));
        using (var run = Executable.Start(Train("killed")))
        {
            run.WaitFor(_temp.PathTo("killed.partial", "training-state.safetensors"));
            run.Kill();
        }
        Assert.False(Directory.Exists(_temp.PathTo("killed")), "The training was over before it could be killed: give it more steps.");
        _ = Executable.Must(Train("killed"));
        Assert.Equal(Files.Digests(_temp.PathTo("undisturbed")), Files.Digests(_temp.PathTo("killed")));
    }

    [Fact]
    public void A_disk_that_is_full_is_told_and_the_last_checkpoint_stays()
    {
        // The state has three times the numbers of the adapter.
        var result = Executable.RunOnSmallDisk(300, Train("full"));
        Assert.Equal(4, result.ExitCode);
        Assert.Contains("free space", result.Error);
        Assert.False(Directory.Exists(_temp.PathTo("full")));
        _ = Executable.Must(Train("full"));
    }

    [Fact]
    public void A_disk_that_is_full_when_the_result_is_saved_loses_nothing_that_was_learnt()
    {
        // A receipt names the loss of every step in decimal, and the state of one virtual token is small: the limit lets the state through and not the receipt.
        string[] arguments =
        [
            "train", "--base", Executable.Base, "--data", Path.Combine(Executable.Samples, "training", "routing-validation.jsonl"), "--method", "prompt", "--size", "1",
            "--steps", "200", "--batch", "1", "--learning-rate", "0.01", "--output", _temp.PathTo("prompt"),
        ];
        var result = Executable.RunOnSmallDisk(4, arguments);
        Assert.Equal(4, result.ExitCode);
        Assert.Contains("free space", result.Error);
        Assert.False(Directory.Exists(_temp.PathTo("prompt")));
        Assert.True(File.Exists(_temp.PathTo("prompt.partial", "training-state.safetensors")));
        _ = Executable.Must(arguments);
        Assert.True(new FileInfo(_temp.PathTo("prompt", "loragate", "training-receipt.json")).Length > 4096);
        Assert.False(Directory.Exists(_temp.PathTo("prompt.partial")));
    }

    [Theory]
    [InlineData("--certificate")]
    [InlineData("--chain")]
    public void A_certificate_without_a_key_is_refused_and_not_passed_over(string option)
    {
        var run = Executable.Run([.. Train("adapter"), option, _temp.PathTo("signer.pem")]);
        Assert.True(run.ExitCode == 64, run.Error);
        Assert.Contains("go with --key", run.Error, StringComparison.Ordinal);
        Assert.False(Directory.Exists(_temp.PathTo("adapter")));
    }

    [Fact]
    public void A_base_that_is_not_there_is_told_as_such_and_no_place_is_taken()
    {
        var mistyped = _temp.PathTo("mistyped");
        var run = Executable.Run([.. Train("adapter").Select(part => part == Executable.Base ? mistyped : part)]);
        Assert.Equal(4, run.ExitCode);
        Assert.Contains($"{mistyped}: no such folder", run.Error, StringComparison.Ordinal);
        Assert.Empty(Directory.EnumerateFileSystemEntries(_temp.PathTo(".")));
    }

    public void Dispose() => _temp.Dispose();

    private string[] Train(string output) =>
    [
        "train", "--base", Executable.Base, "--data", Path.Combine(Executable.Samples, "training", "routing-validation.jsonl"), "--method", "lora", "--rank", "4",
        "--steps", "60", "--checkpoint-every", "2", "--batch", "4", "--learning-rate", "0.002", "--output", _temp.PathTo(output),
    ];
}

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
        Assert.SkipWhen(Directory.Exists(_temp.PathTo("killed")), "The training was over before it could be killed.");
        _ = Executable.Must(Train("killed"));
        Assert.Equal(Files.Digests(_temp.PathTo("undisturbed")), Files.Digests(_temp.PathTo("killed")));
    }

    [Fact]
    public void A_disk_that_is_full_is_told_and_the_last_checkpoint_stays()
    {
        // A limit on the size of a file stands for the end of the disk: the state has three times the numbers of the adapter.
        var command = string.Join(' ', Train("full").Select(part => $"'{part}'"));
        var result = Shell.Run("bash", AppContext.BaseDirectory, ["-c", $"trap '' XFSZ; ulimit -f 300; DOTNET_EnableWriteXorExecute=0 exec dotnet loragate.dll {command}"]);
        Assert.Equal(4, result.ExitCode);
        Assert.Contains("free space", result.Error);
        Assert.False(Directory.Exists(_temp.PathTo("full")));
        _ = Executable.Must(Train("full"));
    }

    public void Dispose() => _temp.Dispose();

    private string[] Train(string output) =>
    [
        "train", "--base", Executable.Base, "--data", Path.Combine(Executable.Samples, "training", "routing-validation.jsonl"), "--method", "lora", "--rank", "4",
        "--steps", "24", "--checkpoint-every", "2", "--batch", "4", "--learning-rate", "0.002", "--output", _temp.PathTo(output),
    ];
}

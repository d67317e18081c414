using System.Text.Json.Nodes;
using Loragate.Artifacts;
using Loragate.Artifacts.Checkpoints;
using Loragate.Artifacts.Safetensors;
using Loragate.Testing;

namespace Loragate.Cli.Verbs;

/// <summary>A merge or unmerge that is stopped at any moment and started again ends like one that nobody disturbed.</summary>
public sealed class ResumeTests : IDisposable
{
    private const int Shards = 6;

    private readonly TempFolder _temp = new();

    [Theory]
    [InlineData(0, true)]
    [InlineData(1, true)]
    [InlineData(2, true)]
    [InlineData(3, false)]
    [InlineData(4, false)]
    [InlineData(5, false)]
    public void A_merge_stopped_after_a_random_time_ends_as_if_undisturbed(int seed, bool kill)
    {
        var output = _temp.PathTo("merged");
        Stop(Merge(output), output, seed, kill);
        Executable.Must(Merge(output));
        Assert.Equal(Files.Digests(Undisturbed.Merged), Files.Digests(output));
        Assert.Empty(Files.HalfWritten(_temp.Path));
    }

    [Theory]
    [InlineData(6, true)]
    [InlineData(7, true)]
    [InlineData(8, false)]
    [InlineData(9, false)]
    public void An_unmerge_stopped_after_a_random_time_ends_as_if_undisturbed(int seed, bool kill)
    {
        var output = _temp.PathTo("restored");
        Stop(Unmerge(output), output, seed, kill);
        Executable.Must(Unmerge(output));
        foreach (var file in Directory.EnumerateFiles(Undisturbed.Base).Select(Path.GetFileName))
            Assert.True(Digest.OfFile(Path.Combine(Undisturbed.Base, file!)) == Digest.OfFile(Path.Combine(output, file!)), file);
        Assert.Empty(Files.HalfWritten(_temp.Path));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void What_was_finished_is_not_written_again_unless_asked_for(bool fresh)
    {
        var output = _temp.PathTo("merged");
        using (var run = Executable.Start(Merge(output)))
        {
            run.WaitFor(() => Finished(output) > 1, "the journal of two files");
            run.Kill();
        }
        Assert.SkipWhen(Directory.Exists(output), "The merge was over before it could be stopped.");
        var result = Executable.Must([.. Merge(output), .. fresh ? new[] { "--fresh" } : []]);
        Assert.Equal(!fresh, result.Error.Contains("weight files were there from an interrupted run", StringComparison.Ordinal));
        Assert.Equal(Files.Digests(Undisturbed.Merged), Files.Digests(output));
    }

    public void Dispose() => _temp.Dispose();

    private static string[] Merge(string output) => ["merge", "--base", Undisturbed.Base, "--adapter", Executable.Adapter("routing-good"), "--output", output];

    private static string[] Unmerge(string output) => ["unmerge", "--merged", Undisturbed.Merged, "--output", output];

    /// <summary>Stops a run some time after its first file appeared: with SIGKILL, or as Ctrl-C does.</summary>
    private static void Stop(string[] arguments, string output, int seed, bool kill)
    {
        using var run = Executable.Start(arguments);
        run.WaitFor(output + ".partial");
        run.WaitFor(TimeSpan.FromMilliseconds(new Random(seed).Next(400)));
        if (kill)
            run.Kill();
        else if (!run.HasEnded)
            AssertInterrupts(run, output);
        if (Directory.Exists(output))
            Directory.Delete(output, recursive: true);
    }

    /// <summary>
    /// The tool says that it was interrupted where it leaves no output. When the work is over and the .NET runtime shuts down, it no longer
    /// catches the signal: the process then ends by it (130 as well), without a word and with the output whole.
    /// </summary>
    private static void AssertInterrupts(RunningTool run, string output)
    {
        run.Interrupt();
        var result = run.Wait();
        Assert.True(result.ExitCode is 130 or 0, result.Error);
        Assert.Equal(!result.Error.Contains("Interrupted", StringComparison.Ordinal), Directory.Exists(output));
        if (Directory.Exists(output + ".partial"))
            Assert.Equal(Finished(output), Directory.EnumerateFiles(output + ".partial", "*.safetensors").Count());
    }

    private static int Finished(string output)
    {
        try
        {
            return JsonNode.Parse(File.ReadAllBytes(Path.Combine(output + ".partial", "loragate", "journal", "journal.json")))!["shards"]!.AsArray().Count;
        }
        catch (IOException)
        {
            return 0;
        }
    }

    /// <summary>A base of several files, each with some of the sample's tensors and 24 MiB of ballast, and its merge.</summary>
    private static class Undisturbed
    {
        private static readonly Lazy<TempFolder> Folder = new(() =>
        {
            var temp = new TempFolder();
            AppDomain.CurrentDomain.ProcessExit += (_, _) => temp.Dispose();
            WriteBase(temp.Copy(Executable.Base, "base"));
            Executable.Must("merge", "--base", temp.PathTo("base"), "--adapter", Executable.Adapter("routing-good"), "--output", temp.PathTo("merged"));
            return temp;
        });

        public static string Base => Folder.Value.PathTo("base");

        public static string Merged => Folder.Value.PathTo("merged");

        private static void WriteBase(string folder)
        {
            var weights = Path.Combine(folder, Checkpoint.SingleFile);
            var map = new JsonObject();
            using (var source = SafetensorsFile.Open(weights))
            {
                foreach (var (number, tensors) in source.Header.Tensors.Chunk((source.Header.Tensors.Count / Shards) + 1).Index())
                    WriteShard(folder, source, number, tensors, map);
            }
            File.Delete(weights);
            File.WriteAllText(Path.Combine(folder, Checkpoint.IndexFile), new JsonObject { ["weight_map"] = map }.ToJsonString());
        }

        private static void WriteShard(string folder, SafetensorsFile source, int number, TensorInfo[] tensors, JsonObject map)
        {
            var (name, ballast) = ($"model-0000{number + 1}-of-0000{Shards}.safetensors", new TensorPlan($"ballast.{number}.weight", DType.BF16, [3072, 4096]));
            var random = new Random(number);
            var row = new byte[8192];
            using var writer = SafetensorsWriter.Create(Path.Combine(folder, name), [.. tensors.Select(t => new TensorPlan(t.Name, t.DType, t.Shape)), ballast], source.Header.Metadata);
            foreach (var tensor in tensors)
                writer.Write(tensor.Name, 0, source.ReadAll(tensor));
            for (var i = 0; i < 3072; i++)
            {
                random.NextBytes(row);
                writer.Write(ballast.Name, i * 8192L, row);
            }
            foreach (var tensor in writer.Layout)
                map[tensor.Name] = name;
        }
    }
}

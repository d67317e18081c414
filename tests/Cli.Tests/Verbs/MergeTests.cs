using System.Text;
using Loragate.Artifacts;
using Loragate.Artifacts.Records;
using Loragate.Artifacts.Records.Evaluating;
using Loragate.Artifacts.Records.Inspecting;
using Loragate.Artifacts.Records.Merging;
using Loragate.Artifacts.Safetensors;
using Loragate.Testing;
using Record = Loragate.Artifacts.Records.Record;

namespace Loragate.Cli.Verbs;

public sealed class MergeTests : IDisposable
{
    private readonly TempFolder _temp = new();

    [Theory]
    [InlineData("routing-good")]
    [InlineData("routing-dora")]
    public void Unmerge_gives_the_base_back_bit_for_bit(string adapter)
    {
        var receipt = OnlyRecord<MergeReceipt>(Executable.Must("merge", "--base", Executable.Base, "--adapter", Executable.Adapter(adapter), "--output", _temp.PathTo("merged"), "--json"));
        var proof = OnlyRecord<UnmergeReceipt>(Executable.Must("unmerge", "--merged", _temp.PathTo("merged"), "--output", _temp.PathTo("restored"), "--json"));
        Assert.Equal(receipt.Base.WeightsDigest, proof.Restored.WeightsDigest);
        Assert.Equal(File.ReadAllBytes(Path.Combine(Executable.Base, "model.safetensors")), File.ReadAllBytes(_temp.PathTo("restored", "model.safetensors")));
        Assert.NotEqual(File.ReadAllBytes(Path.Combine(Executable.Base, "model.safetensors")), File.ReadAllBytes(_temp.PathTo("merged", "model.safetensors")));
    }

    [Fact]
    public void Two_merges_give_the_same_bytes()
    {
        Executable.Must("merge", "--base", Executable.Base, "--adapter", Executable.Adapter("routing-good"), "--output", _temp.PathTo("one", "merged"));
        Executable.Must("merge", "--base", Executable.Base, "--adapter", Executable.Adapter("routing-good"), "--output", _temp.PathTo("two", "merged"));
        Assert.Equal(Files.Digests(_temp.PathTo("one")), Files.Digests(_temp.PathTo("two")));
    }

    [Fact]
    public void A_merge_on_Torch_gives_the_same_bytes_and_names_its_device()
    {
        Executable.Must("merge", "--base", Executable.Base, "--adapter", Executable.Adapter("routing-dora"), "--output", _temp.PathTo("one", "merged"));
        var receipt = OnlyRecord<MergeReceipt>(Executable.Must("merge", "--base", Executable.Base, "--adapter", Executable.Adapter("routing-dora"), "--output", _temp.PathTo("two", "merged"), "--device", "torch-cpu", "--device-memory", "4000000", "--json"));
        Assert.Equal("torch-cpu", receipt.Engine.Device);
        foreach (var file in new[] { "model.safetensors", "loragate/undo.safetensors" })
            Assert.Equal(Digest.OfFile(_temp.PathTo("one", "merged", file)), Digest.OfFile(_temp.PathTo("two", "merged", file)));
        Executable.Must("unmerge", "--merged", _temp.PathTo("two", "merged"), "--output", _temp.PathTo("restored"), "--device", "torch-cpu");
    }

    [Theory]
    [InlineData("--device", "gpu")]
    [InlineData("--device", "cuda:99")]
    [InlineData("--device-memory", "0")]
    public void A_device_that_cannot_be_had_is_a_usage_error(string option, string value)
    {
        var result = Executable.Run("merge", "--base", Executable.Base, "--adapter", Executable.Adapter("routing-good"), "--output", _temp.PathTo("merged"), option, value);
        Assert.Equal(64, result.ExitCode);
        Assert.False(Directory.Exists(_temp.PathTo("merged")));
    }

    [Fact]
    public void A_changed_merge_is_not_unmerged()
    {
        Executable.Must("merge", "--base", Executable.Base, "--adapter", Executable.Adapter("routing-good"), "--output", _temp.PathTo("merged"));
        var weights = _temp.PathTo("merged", "model.safetensors");
        var bytes = File.ReadAllBytes(weights);
        bytes[^1000] ^= 1;
        File.WriteAllBytes(weights, bytes);
        var result = Executable.Run("unmerge", "--merged", _temp.PathTo("merged"), "--output", _temp.PathTo("restored"));
        Assert.Equal(3, result.ExitCode);
        Assert.False(Directory.Exists(_temp.PathTo("restored")));
        Assert.Empty(Files.HalfWritten(_temp.Path));
    }

    [Fact]
    public void A_dry_run_writes_nothing()
    {
        var result = Executable.Must("merge", "--base", Executable.Base, "--adapter", Executable.Adapter("routing-good"), "--output", _temp.PathTo("merged"), "--dry-run");
        Assert.Contains("tensors change", result.Error, StringComparison.Ordinal);
        Assert.Matches(@"It takes 0\.[0-9] to [0-9]\.[0-9] s with [0-9]+ threads: all bytes through a disk of 3 to 0\.2 GB/s, [0-9,]+ of them hashed at 2 to 0\.4 GB/s a thread, and [0-9,]+ multiply-adds at 25 to 4 billion/s a thread\.", result.Error.ReplaceLineEndings(" "));
        Assert.Empty(Directory.EnumerateFileSystemEntries(_temp.Path));
    }

    [Fact]
    public void A_dry_run_tells_machines_what_the_merge_will_take()
    {
        string[] arguments = ["merge", "--base", Executable.Base, "--adapter", Executable.Adapter("routing-dora"), "--output", _temp.PathTo("merged"), "--json"];
        var forecast = OnlyRecord<MergeForecast>(Executable.Must([.. arguments, "--dry-run"]));
        Assert.False(Directory.Exists(_temp.PathTo("merged")));
        var receipt = OnlyRecord<MergeReceipt>(Executable.Must(arguments));
        Assert.Equal(receipt.Merged.Select(m => m.Name), forecast.Changed.Select(c => c.Name));
        Assert.True(forecast is { FreeBytes: > 0, DeviceBytes: null, Time: { LeastSeconds: > 0, MultiplyAdds: > 0 } time } && time.MostSeconds > time.LeastSeconds);
        Assert.InRange(forecast.BytesRead, 1, new FileInfo(Path.Combine(Executable.Base, "model.safetensors")).Length);
        // An estimate: how many weights need bits depends on the numbers, and the sample's updates are large beside its small weights.
        Assert.InRange(forecast.SideCarBytes!.Value, receipt.UndoFile!.Size / 4, receipt.UndoFile.Size * 4);
    }

    /// <summary>Small and large factors beside the same weights. A factor of two either way: when the collector comes is not ours to say.</summary>
    [Theory]
    [InlineData(8)]
    [InlineData(256)]
    public void A_merge_takes_about_the_memory_that_was_forecast(int rank)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "the peak is read from /proc");
        var modules = Enumerable.Range(0, 6).Select(layer => $"model.layers.{layer}.q_proj").ToList();
        WriteFolder(_temp.PathTo("base"), "config.json", """{"model_type":"llama"}""", "model.safetensors", DType.BF16, modules.Select(m => ($"{m}.weight", new long[] { 2048, 2048 })));
        WriteFolder(
            _temp.PathTo("adapter"), "adapter_config.json", $$"""{"peft_type":"LORA","r":{{rank}},"lora_alpha":{{rank}},"target_modules":["q_proj"]}""", "adapter_model.safetensors", DType.F32,
            modules.SelectMany(m => new[] { ($"base_model.model.{m}.lora_A.weight", new long[] { rank, 2048 }), ($"base_model.model.{m}.lora_B.weight", [2048, rank]) }));
        string[] arguments = ["merge", "--base", _temp.PathTo("base"), "--adapter", _temp.PathTo("adapter"), "--output", _temp.PathTo("merged")];
        var forecast = OnlyRecord<MergeForecast>(Executable.Must([.. arguments, "--dry-run", "--json"]));
        using var merge = Executable.Start(arguments);
        var peak = merge.PeakMemory();
        Assert.Equal(0, merge.Wait().ExitCode);
        Assert.InRange(forecast.MemoryBytes, peak / 2, peak * 2);
    }

    [Theory]
    [InlineData]
    [InlineData("--dry-run")]
    public void An_output_that_exists_is_never_overwritten(params string[] options)
    {
        var precious = _temp.Write("merged/precious.txt", "mine"u8);
        var result = Executable.Run(["merge", "--base", Executable.Base, "--adapter", Executable.Adapter("routing-good"), "--output", _temp.PathTo("merged"), .. options]);
        Assert.Equal(4, result.ExitCode);
        Assert.Contains("the output already exists", result.Error, StringComparison.Ordinal);
        Assert.Equal(["precious.txt"], Files.Of(Path.GetDirectoryName(precious)!));
    }

    [Fact]
    public void Inspect_says_what_the_adapter_is_what_it_did_not_judge_and_which_folder_was_meant()
    {
        var alone = Executable.Must("inspect", Executable.Adapter("routing-good")).Error;
        Assert.Contains("--base", alone, StringComparison.Ordinal);
        Assert.Contains("routing-good: LoRA, ", alone, StringComparison.Ordinal);
        Assert.DoesNotContain("--base", Executable.Must("inspect", Executable.Adapter("routing-good"), "--base", Executable.Base).Error, StringComparison.Ordinal);
        Assert.Contains("a model, not an adapter", Executable.Run("inspect", Executable.Base).Error, StringComparison.Ordinal);
        Assert.Contains("an adapter, not a model", Executable.Run("inspect", Executable.Adapter("routing-good"), "--base", Executable.Adapter("routing-good")).Error, StringComparison.Ordinal);
        Assert.Contains("'routing-biased' has one", Executable.Run("inspect", Path.GetDirectoryName(Executable.Adapter("routing-good"))!).Error, StringComparison.Ordinal);
    }

    [Fact]
    public void Inspect_says_what_is_wrong_and_nothing_else_on_standard_output()
    {
        var sound = Executable.Must("inspect", Executable.Adapter("routing-good"), "--base", Executable.Base, "--json");
        // The sample is sound; all there is to say is what its folders do not record.
        Assert.Equal(["licence-missing", "base-licence-missing", "base-unpinned", "datasets-missing"], OnlyRecord<Inspection>(sound).Findings.Select(f => f.Id));
        var noop = Executable.Run("inspect", Executable.Adapter("routing-noop"), "--base", Executable.Base, "--json");
        Assert.Contains(OnlyRecord<Inspection>(noop).Findings, f => f.Id == "no-op");
    }

    [Fact]
    public void Evaluate_gives_one_record_and_keeps_it_for_the_same_question()
    {
        string[] arguments = ["evaluate", "--model", Executable.Base, "--tasks", Path.Combine(Executable.Samples, "tasks", "sample_facts.yaml"), "--data", Executable.Samples, "--limit", "20", "--device", "cpu", "--output", _temp.PathTo("scores"), "--json"];
        var first = Executable.Must(arguments);
        Assert.Equal(20, OnlyRecord<EvaluationReport>(first).Items.Count);
        Assert.Equal(first.Output, Executable.Must(arguments).Output);
    }

    public void Dispose() => _temp.Dispose();

    /// <summary>A base or an adapter whose every weight is 0.0115, as any of its types reads the byte 0x3C again and again.</summary>
    private static void WriteFolder(string folder, string configFile, string config, string weightsFile, DType type, IEnumerable<(string Name, long[] Shape)> tensors)
    {
        Directory.CreateDirectory(folder);
        File.WriteAllText(Path.Combine(folder, configFile), config);
        using var writer = SafetensorsWriter.Create(Path.Combine(folder, weightsFile), tensors.Select(t => new TensorPlan(t.Name, type, t.Shape)), new Dictionary<string, string> { ["format"] = "pt" });
        foreach (var tensor in writer.Layout)
        {
            var bytes = new byte[tensor.Length];
            Array.Fill(bytes, (byte)0x3C);
            writer.Write(tensor.Name, 0, bytes);
        }
    }

    private static T OnlyRecord<T>(ShellResult result)
        where T : Record
    {
        Assert.EndsWith("}\n", result.Output, StringComparison.Ordinal);
        return Record.Parse<T>(Encoding.UTF8.GetBytes(result.Output[..^1]), "standard output");
    }
}

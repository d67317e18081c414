using System.Runtime.InteropServices;
using Loragate.Artifacts.Safetensors;
using Loragate.Testing;

namespace Loragate.Cli.Verbs;

/// <summary>A file that the disk does not take is named, with what to do, and what stood there before is whole: the same command goes on later.</summary>
public sealed class FullDiskTests : IDisposable
{
    private readonly TempFolder _temp = new();

    [Fact]
    public void An_evaluation_whose_answers_cannot_be_kept_goes_on_later_to_the_same_bytes()
    {
        Executable.Must(Evaluate("undisturbed"));
        var full = Executable.RunOnSmallDisk(4, Evaluate("full"));
        var journal = _temp.PathTo("full", "sample_routing.json.answers.jsonl");
        Told(full, journal);
        Assert.InRange(new FileInfo(journal).Length, 1, 4096);
        Assert.False(File.Exists(_temp.PathTo("full", "sample_routing.json")));
        Executable.Must(Evaluate("full"));
        Assert.Equal(File.ReadAllBytes(_temp.PathTo("undisturbed", "sample_routing.json")), File.ReadAllBytes(_temp.PathTo("full", "sample_routing.json")));
        Assert.False(File.Exists(journal));
    }

    /// <summary>DoRA keeps eight bytes for each row of one weight of four, so the side-car's part is larger than the weights.</summary>
    [Fact]
    public void A_merge_whose_side_car_does_not_fit_leaves_nothing_and_goes_on_later()
    {
        const int Rows = 4096;
        var config = """{"peft_type":"LORA","base_model_name_or_path":"base","r":1,"lora_alpha":1,"use_dora":true,"target_modules":["q_proj"],"task_type":"CAUSAL_LM"}""";
        _temp.Write("base/config.json", """{"model_type":"llama","architectures":["LlamaForCausalLM"]}"""u8);
        _temp.Write("adapter/adapter_config.json", System.Text.Encoding.UTF8.GetBytes(config));
        Write("base/model.safetensors", ("model.layers.0.self_attn.q_proj.weight", [Rows, 1], i => 1 + i % 7));
        const string Module = "base_model.model.model.layers.0.self_attn.q_proj.lora_";
        Write("adapter/adapter_model.safetensors", (Module + "A.weight", [1, 1], _ => 0.5f), (Module + "B.weight", [Rows, 1], i => 0.01f * (i % 5)), (Module + "magnitude_vector", [Rows], i => 1 + i % 3));
        string[] merge = ["merge", "--base", _temp.PathTo("base"), "--adapter", _temp.PathTo("adapter"), "--output", _temp.PathTo("merged")];
        Told(Executable.RunOnSmallDisk(24, merge), "model.safetensors.undo");
        Assert.False(Directory.Exists(_temp.PathTo("merged")));
        Executable.Must(merge);
        Executable.Must("unmerge", "--merged", _temp.PathTo("merged"), "--output", _temp.PathTo("restored"));
        Assert.Equal(File.ReadAllBytes(_temp.PathTo("base", "model.safetensors")), File.ReadAllBytes(_temp.PathTo("restored", "model.safetensors")));
    }

    [Fact]
    public void A_ledger_that_cannot_take_an_entry_is_as_it_was()
    {
        using var gate = new SampleGate();
        string[] Append(int files) =>
        [
            "ledger", "append", "--ledger", gate.Ledger, "--ledger-key", gate.LedgerKey, "--type", "note",
            .. Enumerable.Range(0, files).SelectMany(i => new[] { "--subject", _temp.Write($"subject-{i}", BitConverter.GetBytes(i)) }),
        ];
        Executable.Must(Append(1));
        var before = Files.Digests(gate.Ledger);
        Told(Executable.RunOnSmallDisk(1, Append(20)), gate.Ledger);
        Assert.Equal(before, Files.Digests(gate.Ledger));
        Executable.Must(Append(20));
        Executable.Must("ledger", "verify", "--ledger", gate.Ledger, "--vkey", gate.VKey);
    }

    [Fact]
    public void A_gate_that_cannot_copy_the_adapter_names_the_copy_and_leaves_none()
    {
        using var gate = new SampleGate();
        Told(Executable.RunOnSmallDisk(100, gate.Arguments()), Path.Combine("routing-good", "adapter_model.safetensors"));
        Assert.Empty(Directory.EnumerateFiles(gate.Dossier, "*.safetensors", SearchOption.AllDirectories));
    }

    public void Dispose() => _temp.Dispose();

    private static void Told(ShellResult result, string place)
    {
        Assert.True(result.ExitCode == 4, $"{result.ExitCode}: {result.Error}");
        Assert.Contains(place, result.Error, StringComparison.Ordinal);
        Assert.Contains("takes no file of this size. Check the path, its permissions and the free space.", result.Error, StringComparison.Ordinal);
    }

    private string[] Evaluate(string output) =>
        ["evaluate", "--model", Executable.Base, "--tasks", Path.Combine(Executable.Samples, "tasks", "sample_routing.yaml"), "--data", Executable.Samples, "--output", _temp.PathTo(output), "--device", "cpu", "--batch", "1"];

    private void Write(string file, params (string Name, long[] Shape, Func<int, float> Value)[] tensors)
    {
        using var writer = SafetensorsWriter.Create(_temp.PathTo(file), tensors.Select(tensor => new TensorPlan(tensor.Name, DType.F32, tensor.Shape)), new Dictionary<string, string> { ["format"] = "pt" });
        foreach (var (name, shape, value) in tensors)
            writer.Write(name, 0, MemoryMarshal.AsBytes<float>([.. Enumerable.Range(0, (int)shape.Aggregate((x, y) => x * y)).Select(value)]));
    }
}

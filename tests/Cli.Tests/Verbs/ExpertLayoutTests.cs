using System.Text.Json;
using System.Text.Json.Nodes;
using Loragate.Artifacts.Checkpoints;
using Loragate.Artifacts.Records.Deciding;
using Loragate.Artifacts.Records.Merging;
using Loragate.Artifacts.Safetensors;
using Loragate.Testing;
using Record = Loragate.Artifacts.Records.Record;

namespace Loragate.Cli.Verbs;

/// <summary>An adapter of fused experts that does not say who wrote it is inspected, merged and judged once its layout is named.</summary>
[Trait(SharedFolder.Category, SharedFolder.Name)]
public sealed class ExpertLayoutTests : IDisposable
{
    private static readonly string Vector = Path.Combine("vectors", "merge", "moe_params.float32");
    private readonly TempFolder _temp = new();

    [Fact]
    public void The_layout_that_a_finding_asks_for_can_be_named_where_it_is_asked()
    {
        Assert.SkipUnless(SharedFolder.IsPresent, SharedFolder.Absent);
        var (@base, adapter) = (Base(), Adapter());
        var inspected = Executable.Run("inspect", adapter, "--base", @base);
        Assert.Equal(1, inspected.ExitCode);
        Assert.Contains("--expert-layout", inspected.Error, StringComparison.Ordinal);
        Assert.True(Executable.Run("inspect", adapter, "--base", @base, "--expert-layout", "expert-fastest") is { ExitCode: 0 });
        Assert.Equal(64, Executable.Run("inspect", adapter, "--base", @base, "--expert-layout", "sideways").ExitCode);
    }

    [Fact]
    public void A_gate_rejects_a_layout_that_nobody_knows_and_decides_on_the_one_that_is_named()
    {
        Assert.SkipUnless(SharedFolder.IsPresent, SharedFolder.Absent);
        var policy = _temp.Write("policy.yaml", """
            schema: loragate.policy/1
            name: sound
            version: "1"
            description: What is released is what was trained.
            alpha: 0.05
            rules:
              - id: sound-adapter
                check: inspection
                severity: block
                why: A damaged adapter is not worth any further work.
                controls: ["NIST AI RMF MEASURE 2.7"]
              - id: faithful-merge
                check: merge-fidelity
                severity: block
                why: What was trained must be what is released.
                controls: ["NIST AI RMF MANAGE 2.4"]
                maximum: 0.1
                maximumPerTensor: 0.25
                reversible: true
            """u8);
        string[] gate = ["gate", "--base", Base(), "--adapter", Adapter(), "--policy", policy, "--data", _temp.Path, "--device", "cpu"];

        var unnamed = Executable.Run([.. gate, "--dossier", _temp.PathTo("unnamed")]);
        Assert.Equal(1, unnamed.ExitCode);
        Assert.Contains("expert-layout", unnamed.Error, StringComparison.Ordinal);
        Assert.False(Directory.Exists(_temp.PathTo("unnamed", "merged")));

        var named = Executable.Run([.. gate, "--dossier", _temp.PathTo("named"), "--expert-layout", "expert-fastest"]);
        Assert.True(named.ExitCode == 0, named.Error);
        Assert.Equal(Verdict.Approved, Record.ReadFile<Decision>(_temp.PathTo("named", "decision.json")).Verdict);
        Assert.Equal("expert-fastest", Record.ReadFile<MergeReceipt>(_temp.PathTo("named", "merge-receipt.json")).Adapters[0].ExpertLayout);
        using var exact = SafetensorsFile.Open(SharedFolder.PathTo(Path.Combine(Vector, "exact.safetensors")));
        using var merged = Checkpoint.Open(_temp.PathTo("named", "merged"));
        Assert.All(exact.Header.Tensors, tensor => Assert.Equal(exact.ReadAll(tensor), merged.Tensor(tensor.Name).ReadAll()));
    }

    public void Dispose() => _temp.Dispose();

    /// <summary>The vector's base, with the sample's tokenizer: a gate opens one even where no item is scored.</summary>
    private string Base()
    {
        using var about = JsonDocument.Parse(File.ReadAllBytes(SharedFolder.PathTo(Path.Combine(Vector, "case.json"))));
        var folder = _temp.Copy(Path.GetFullPath(Path.Combine(SharedFolder.PathTo(Vector), about.RootElement.GetProperty("base").GetString()!)), "base");
        foreach (var file in new[] { "tokenizer.json", "tokenizer_config.json" })
            File.Copy(Path.Combine(Executable.Base, file), Path.Combine(folder, file));
        return folder;
    }

    /// <summary>The vector's adapter, without the word of who wrote it.</summary>
    private string Adapter()
    {
        var adapter = _temp.Copy(SharedFolder.PathTo(Path.Combine(Vector, "adapter")), "adapter");
        var path = Path.Combine(adapter, "adapter_config.json");
        var config = JsonNode.Parse(File.ReadAllText(path))!.AsObject();
        config.Remove("peft_version");
        File.WriteAllText(path, config.ToJsonString());
        return adapter;
    }
}

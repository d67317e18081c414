using System.Text.Json;
using System.Text.Json.Nodes;
using Loragate.Artifacts.Records.Inspecting;
using Loragate.Artifacts.Records.Merging;
using Loragate.Testing;
using Record = Loragate.Artifacts.Records.Record;

namespace Loragate.Cli.Gate;

/// <summary>An adapter of fused experts that does not say who wrote it goes through inspection and gate once its layout is named.</summary>
[Trait(SharedFolder.Category, SharedFolder.Name)]
public sealed class ExpertLayoutTests : IDisposable
{
    private readonly TempFolder _temp = new();

    [Fact]
    public void The_layout_that_a_finding_asks_for_can_be_named_where_it_is_asked()
    {
        Assert.SkipUnless(SharedFolder.IsPresent, SharedFolder.Absent);
        var vector = SharedFolder.PathTo("vectors", "merge", "moe_params.float32");
        using var about = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(vector, "case.json")));
        var @base = Path.GetFullPath(Path.Combine(vector, about.RootElement.GetProperty("base").GetString()!));
        var adapter = _temp.Copy(Path.Combine(vector, "adapter"), "adapter");
        var path = Path.Combine(adapter, "adapter_config.json");
        var config = JsonNode.Parse(File.ReadAllText(path))!.AsObject();
        config.Remove("peft_version");
        File.WriteAllText(path, config.ToJsonString());

        var inspected = Executable.Run("inspect", adapter, "--base", @base);
        Assert.Equal(1, inspected.ExitCode);
        Assert.Contains("--expert-layout", inspected.Error, StringComparison.Ordinal);
        Assert.True(Executable.Run("inspect", adapter, "--base", @base, "--expert-layout", "expert-fastest") is { ExitCode: 0 });
        Assert.Equal(64, Executable.Run("inspect", adapter, "--base", @base, "--expert-layout", "sideways").ExitCode);

        foreach (var layout in (string[])["expert-fastest", "expert-slowest", "expert-slowest"])
        {
            var gated = Executable.Run("gate", "--base", @base, "--adapter", adapter, "--policy", Policy(), "--dossier", _temp.PathTo("dossier"), "--device", "cpu", "--expert-layout", layout);
            Assert.True(gated.ExitCode == 0, gated.Error);
            Assert.Equal(layout, Record.ReadFile<Inspection>(_temp.PathTo("dossier", "inspection.json")).ExpertLayout);
            Assert.Equal(layout, Record.ReadFile<MergeReceipt>(_temp.PathTo("dossier", "merge-receipt.json")).Adapters[0].ExpertLayout);
        }
    }

    public void Dispose() => _temp.Dispose();

    private string Policy() => _temp.Write("policy.yaml",
        """
        schema: loragate.policy/1
        name: sound
        version: "1"
        description: Looks at the adapter alone.
        alpha: 0.05
        rules:
          - id: sound
            check: inspection
            severity: block
            why: A damaged adapter is not worth any further work.
            controls: ["NIST AI RMF MEASURE 2.3"]
            forbid: [no-op]
        """u8);
}

using System.Text.Json;
using System.Text.Json.Nodes;
using Loragate.Testing;

namespace Loragate.Cli.Verbs;

/// <summary>An adapter of fused experts that does not say who wrote it is inspected once its layout is named.</summary>
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
    }

    public void Dispose() => _temp.Dispose();
}

using System.Text.Json;
using Loragate.Artifacts.Safetensors;
using Loragate.Testing;

namespace Loragate.Artifacts.Adapters;

[Trait(SharedFolder.Category, SharedFolder.Name)]
public sealed class ScaleVectorTests
{
    public static TheoryData<string> Cases => [.. SharedFolder.Folders("vectors", "merge")];

    [Theory(SkipTestWithoutData = true)]
    [MemberData(nameof(Cases))]
    public void Every_module_has_the_scale_that_PEFT_gave_it(string name)
    {
        using var about = JsonDocument.Parse(File.ReadAllBytes(SharedFolder.PathTo("vectors", "merge", name, "case.json")));
        using var adapter = PeftAdapter.Open(SharedFolder.PathTo("vectors", "merge", name, "adapter"));
        if (adapter.Config.PeftType != "LORA" || !about.RootElement.TryGetProperty("scaling", out var scaling) || scaling.ValueKind == JsonValueKind.Null)
            return;
        var modules = adapter.Weights.Header.Tensors.Select(t => AdapterKey.Parse(t.Name)).Where(k => k?.Part == AdapterPart.LoraA).Select(k => k!.Value.Module).Distinct().ToList();
        if (scaling.ValueKind == JsonValueKind.Array)
        {
            var only = Assert.Single(scaling.EnumerateArray()).GetDouble();
            Assert.All(modules, module => Assert.Equal(only, adapter.Config.ScaleOf(module)));
            return;
        }
        foreach (var module in modules)
            Assert.Equal(ScaleOf(scaling, module), adapter.Config.ScaleOf(module));
    }

    private static double ScaleOf(JsonElement scaling, string module)
    {
        var matches = scaling.EnumerateObject().Where(p => p.Name == module || p.Name.EndsWith("." + module, StringComparison.Ordinal) || module.EndsWith("." + p.Name, StringComparison.Ordinal)).ToList();
        return Assert.Single(matches).Value.GetDouble();
    }
}

using System.Text.Json.Nodes;
using Loragate.Artifacts.Adapters;
using Loragate.Artifacts.Records;
using Loragate.Artifacts.Records.Inspecting;
using Loragate.Artifacts.Safetensors;
using Loragate.MergeEngine.Layouts;
using Loragate.Testing;
using static Loragate.MergeEngine.AnyFolder;

namespace Loragate.MergeEngine.Inspecting;

/// <summary>Adapters of every kind that merges are measured and not blocked, whatever else of PEFT's own stands in their configs.</summary>
public sealed class GoodKindTests : IDisposable
{
    private readonly TempFolder _temp = new();
    private readonly Random _random = new(9);

    [Fact]
    public void An_adapter_of_any_kind_that_merges_has_no_blocking_finding()
    {
        var cases = AnyCase.All().DistinctBy(c => (c.Kinds[0], c.Family)).ToList();
        Assert.Equal(AnyFamily.AllKinds.Order(StringComparer.Ordinal), cases.Select(c => c.Kinds[0]).Distinct().Order(StringComparer.Ordinal));
        foreach (var any in cases)
        {
            using var temp = new TempFolder();
            var request = Assert.Single(any.Write(temp, 1));
            var blocks = Inspect(request.Adapters[0].Folder, request.Base).Findings.Where(f => f.Severity == Severity.Block);
            Assert.True(!blocks.Any(), $"{any.Family.ModelType} {any.Kinds[0]}: {string.Join("; ", blocks)}");
        }
    }

    [Theory]
    [InlineData("LORA", 23, 20, ".lora_A.weight:4,20", ".lora_B.weight:23,4")]
    [InlineData("LOHA", 23, 20, ".hada_w1_a:23,4", ".hada_w1_b:4,20", ".hada_w2_a:23,4", ".hada_w2_b:4,20")]
    [InlineData("LOKR", 24, 20, ".lokr_w1:4,5", ".lokr_w2:6,4")]
    [InlineData("ADALORA", 23, 20, ".lora_A:4,20", ".lora_B:23,4", ".lora_E:4,1")]
    [InlineData("VERA", 23, 20, ".vera_lambda_b:23", ".vera_lambda_d:4", "base_model.vera_A:4,20", "base_model.vera_B:23,4")]
    public void An_update_of_a_tied_head_is_measured_against_the_embedding(string type, int tokens, int width, params string[] parts)
    {
        var baseFolder = WriteBase(_temp.PathTo("base"), """{"model_type":"llama","tie_word_embeddings":true}""", [Tensor(_random, "model.embed_tokens.weight", tokens, width)], DType.F32);
        var tensors = parts.Select(part => part.Split(':')).Select(p => Tensor(_random, p[0].StartsWith('.') ? $"{AdapterKey.Prefix}lm_head{p[0]}" : p[0], [.. p[1].Split(',').Select(long.Parse)])).ToList();
        var adapter = WriteAdapter(_temp.PathTo("adapter"), Config(type, "lm_head"), tensors);
        var inspection = Inspect(adapter, baseFolder);
        Assert.DoesNotContain(inspection.Findings, f => f.Severity == Severity.Block);
        Assert.True(Assert.Single(inspection.Modules).RelativeNorm > 0);
    }

    [Fact]
    public void An_adapter_saved_without_a_task_type_names_its_model_class_and_no_code()
    {
        var baseFolder = TinyModel.WriteBase(_temp.PathTo("base"), DType.F32);
        var adapter = TinyModel.WriteAdapter(_temp.PathTo("adapter"), config: c =>
            (c["task_type"], c["auto_mapping"]) = (null, JsonNode.Parse("""{"base_model_class":"LlamaForCausalLM","parent_library":"transformers.models.llama.modeling_llama"}""")));
        Assert.DoesNotContain(Inspect(adapter, baseFolder).Findings, f => f.Severity == Severity.Block);
        var hostile = TinyModel.WriteAdapter(_temp.PathTo("hostile"), config: c => c["auto_mapping"] = JsonNode.Parse("""{"base_model_class":"X","parent_library":"evil.mod"}"""));
        Assert.Equal(["remote-code", "unsupported-setting"], Inspect(hostile, baseFolder).Findings.Where(f => f.Severity == Severity.Block).Select(f => f.Id));
    }

    [Theory]
    [InlineData(ExpertLayout.ExpertFastest, "expert-fastest")]
    [InlineData(ExpertLayout.ExpertSlowest, "expert-slowest")]
    public void A_layout_of_experts_that_is_named_is_taken_and_recorded(ExpertLayout layout, string name)
    {
        var baseFolder = WriteBase(_temp.PathTo("base"), """{"model_type":"any"}""", [Tensor(_random, "model.experts.down_proj", 3, 12, 10)], DType.F32);
        var config = Config("LORA");
        config["target_parameters"] = new JsonArray("experts.down_proj");
        var adapter = WriteAdapter(_temp.PathTo("adapter"), config, [Tensor(_random, AdapterKey.Prefix + "model.experts.lora_A.weight", 12, 10), Tensor(_random, AdapterKey.Prefix + "model.experts.lora_B.weight", 12, 12)]);
        var unnamed = Inspect(adapter, baseFolder);
        Assert.Contains(unnamed.Findings, f => f is { Id: "expert-layout", Severity: Severity.Block });
        Assert.Null(unnamed.ExpertLayout);
        var named = Inspector.Inspect(new InspectRequest { Adapter = adapter, Base = baseFolder, ExpertLayout = layout, Version = "test" });
        Assert.DoesNotContain(named.Findings, f => f.Severity == Severity.Block);
        Assert.Equal(name, named.ExpertLayout);
        Assert.Equal(3, named.Modules.Count);
        Assert.All(named.Modules, m => Assert.True(m is { FrobeniusNorm: > 0, Rank: 4 }));
    }

    public void Dispose() => _temp.Dispose();

    private static Inspection Inspect(string adapter, string baseFolder) => Inspector.Inspect(new InspectRequest { Adapter = adapter, Base = baseFolder, Version = "test" });

    private static JsonObject Config(string type, params string[] targets) =>
        new() { ["peft_type"] = type, ["base_model_name_or_path"] = "base", ["r"] = 4, ["lora_alpha"] = 6, ["alpha"] = 6, ["target_modules"] = new JsonArray([.. targets.Select(t => (JsonNode)t)]) };
}

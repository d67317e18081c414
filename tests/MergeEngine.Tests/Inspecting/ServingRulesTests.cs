using System.Text.Json.Nodes;
using Loragate.Artifacts.Adapters;
using Loragate.Artifacts.Records;
using Loragate.Artifacts.Records.Inspecting;
using Loragate.MergeEngine.Inspecting.Serving;
using Loragate.Testing;
using static Loragate.MergeEngine.AnyFolder;

namespace Loragate.MergeEngine.Inspecting;

/// <summary>What is told of servers is what docs/serving.md says, and what nobody knows is told as such.</summary>
public sealed class ServingRulesTests : IDisposable
{
    private static readonly string[] Servers = ["vllm", "sglang", "llama.cpp", "tensorrt-llm"];

    private static readonly Dictionary<string, ServingFeature[]> Rows = new()
    {
        ["another method than LoRA"] = [ServingFeature.OtherMethod],
        ["rsLoRA"] = [ServingFeature.Rslora],
        ["`alpha_pattern`"] = [ServingFeature.AlphaPattern],
        ["`rank_pattern`"] = [ServingFeature.RankPattern],
        ["DoRA"] = [ServingFeature.Dora],
        ["DoRA of experts"] = [ServingFeature.Dora, ServingFeature.ExpertDora],
        ["`modules_to_save`, embedding and head aside"] = [ServingFeature.SavedModule],
        ["`modules_to_save` of embedding or head"] = [ServingFeature.SavedEmbedding],
        ["factors on embedding or head"] = [ServingFeature.EmbeddingFactors],
        ["`bias`, `lora_bias`"] = [ServingFeature.Bias],
        ["trainable tokens of `embed_tokens` or `lm_head`"] = [ServingFeature.TokenRows],
        ["trainable tokens of an embedding of another name"] = [ServingFeature.TokenRows, ServingFeature.RenamedTokenRows],
        ["fused experts (`target_parameters`)"] = [ServingFeature.Experts],
        ["a rank above 16"] = [ServingFeature.RankAbove16],
        ["a rank above 64"] = [ServingFeature.RankAbove16, ServingFeature.RankAbove64],
    };

    private readonly TempFolder _temp = new();
    private readonly Random _random = new(4);

    [Fact]
    public void The_table_of_the_documentation_says_what_the_rules_say()
    {
        var table = File.ReadLines(Repository.PathTo("docs", "serving.md")).Where(line => line.StartsWith('|')).Skip(2).Select(line => line.Trim('|').Split('|', StringSplitOptions.TrimEntries)).ToList();
        Assert.Equal(Rows.Keys, table.Select(row => row[0]));
        Assert.Equal(Enum.GetValues<ServingFeature>(), Rows.Values.SelectMany(features => features).Distinct().Order());
        Assert.All(table, row => Assert.Equal(row[1..].Select(cell => cell.Split(' ')[0]), Outcomes(Rows[row[0]])));
    }

    [Fact]
    public void What_becomes_of_fused_experts_is_told_of_each_server()
    {
        var config = Config();
        config["target_parameters"] = new JsonArray("experts.down_proj");
        var inspection = Inspect(config, ("model.experts.lora_A.weight", [12, 10]), ("model.experts.lora_B.weight", [12, 12]));
        Assert.Equal("llama.cpp:Unknown sglang:Differs tensorrt-llm:Refuses vllm:Differs", Told(inspection));
        Assert.Contains(inspection.Findings, f => f is { Id: "serving-unknown", Severity: Severity.Warn, Where: "llama.cpp" } && f.Message.EndsWith(": factors of fused experts", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("model.experts", "experts.down_proj")]
    [InlineData("model.layers.0.mlp.all_experts", "mlp.all_experts.down_proj")]
    [InlineData("model.experts.base_layer", "experts.down_proj", "experts.gate_up_proj")]
    public void The_rank_of_fused_experts_is_that_of_one_of_them_and_their_name_does_not_matter(string module, params string[] parameters)
    {
        var config = Config();
        (config["r"], config["target_parameters"]) = (8, new JsonArray([.. parameters.Select(p => (JsonNode)p)]));
        var inspection = Inspect(config, ($"{module}.lora_A.weight", [8 * 8, 10]), ($"{module}.lora_B.weight", [12, 8 * 8]));
        Assert.Equal("llama.cpp:Unknown sglang:Differs tensorrt-llm:Refuses vllm:Differs", Told(inspection));
        Assert.DoesNotContain(inspection.Serving, s => s.Reasons.Any(r => r.Contains("rank above", StringComparison.Ordinal)));
    }

    [Theory]
    [InlineData(16, "vllm:Serves")]
    [InlineData(17, "vllm:Refuses")]
    public void The_rank_of_other_layers_is_the_one_of_the_config(int rank, string expected)
    {
        var config = Config();
        config["r"] = rank;
        Assert.EndsWith(expected, Told(Inspect(config, ("model.layers.0.q_proj.lora_A.weight", [rank, 10]), ("model.layers.0.q_proj.lora_B.weight", [12, rank]))), StringComparison.Ordinal);
    }

    [Fact]
    public void A_refusal_that_a_setting_lifts_hides_nothing_that_would_differ_then()
    {
        var vllm = ServingRules.Of(new HashSet<ServingFeature> { ServingFeature.Experts, ServingFeature.RankAbove16 }).Single(s => s.Server == "vllm");
        Assert.Equal((ServingOutcome.Differs, "factors of fused experts are reported to be passed over"), (vllm.Outcome, Assert.Single(vllm.Reasons)));
        Assert.Equal(ServingOutcome.Refuses, ServingRules.Of(new HashSet<ServingFeature> { ServingFeature.Experts, ServingFeature.Dora }).Single(s => s.Server == "vllm").Outcome);
    }

    [Theory]
    [InlineData("model.embed_tokens", "llama.cpp:Refuses sglang:Differs tensorrt-llm:Differs vllm:Refuses")]
    [InlineData("transformer.wte", "llama.cpp:Refuses sglang:Differs tensorrt-llm:Refuses vllm:Refuses")]
    public void Trainable_tokens_are_passed_over_or_refused_by_their_modules_name(string module, string expected)
    {
        var config = Config();
        config["trainable_token_indices"] = new JsonArray(2, 0);
        Assert.Equal(expected, Told(Inspect(config, ($"{module}.token_adapter.trainable_tokens_delta", [2, 10]))));
    }

    [Theory]
    [InlineData("model.layers.0.q_proj", ServingOutcome.Serves)]
    [InlineData("model.layers.0.experts.3.w1", ServingOutcome.Refuses)]
    public void A_DoRA_of_experts_is_refused_where_a_DoRA_of_other_layers_is_served(string module, ServingOutcome expected)
    {
        var config = Config();
        config["use_dora"] = true;
        var inspection = Inspect(config, ($"{module}.lora_A.weight", [4, 10]), ($"{module}.lora_B.weight", [12, 4]), ($"{module}.lora_magnitude_vector", [12]));
        Assert.Equal(expected, inspection.Serving.Single(s => s.Server == "tensorrt-llm").Outcome);
    }

    [Fact]
    public void What_differs_counts_before_what_nobody_knows() =>
        Assert.Equal(
            (ServingOutcome.Differs, "use_rslora is not read: lora_alpha / rank, not lora_alpha / √rank"),
            ServingRules.Of(new HashSet<ServingFeature> { ServingFeature.Experts, ServingFeature.Rslora }).Where(s => s.Server == "llama.cpp").Select(s => (s.Outcome, Assert.Single(s.Reasons))).Single());

    public void Dispose() => _temp.Dispose();

    private static IEnumerable<string> Outcomes(ServingFeature[] features)
    {
        var told = ServingRules.Of(features.ToHashSet()).ToDictionary(s => s.Server, s => s.Outcome);
        return Servers.Select(server => told[server].ToString().ToLowerInvariant());
    }

    private static string Told(Inspection inspection) => string.Join(' ', inspection.Serving.Select(s => $"{s.Server}:{s.Outcome}"));

    private static JsonObject Config() => new() { ["peft_type"] = "LORA", ["base_model_name_or_path"] = "base", ["r"] = 4, ["lora_alpha"] = 6, ["target_modules"] = new JsonArray("q_proj", "w1") };

    private Inspection Inspect(JsonObject config, params (string Name, long[] Shape)[] tensors)
    {
        var adapter = WriteAdapter(_temp.PathTo("adapter"), config, [.. tensors.Select(t => Tensor(_random, AdapterKey.Prefix + t.Name, t.Shape))]);
        return Inspector.Inspect(new InspectRequest { Adapter = adapter, Version = "test" });
    }
}

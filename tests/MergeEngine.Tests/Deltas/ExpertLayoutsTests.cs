using System.Text.Json.Nodes;
using Loragate.Artifacts.Adapters;
using Loragate.Artifacts.Records;
using Loragate.Artifacts.Records.Inspecting;
using Loragate.Artifacts.Safetensors;
using Loragate.MergeEngine.Inspecting;
using Loragate.MergeEngine.Layouts;
using Loragate.Testing;
using static Loragate.MergeEngine.AnyFolder;

namespace Loragate.MergeEngine.Deltas;

/// <summary>In which layout the factors of experts are read, and what is said of it.</summary>
public sealed class ExpertLayoutsTests : IDisposable
{
    private const string Tensor = "model.experts.down_proj";

    private readonly TempFolder _temp = new();
    private readonly Random _random = new(3);
    private int _folders;

    [Theory]
    [InlineData("grouped_by_expert", "expert-slowest")]
    [InlineData("rank_major", "expert-fastest")]
    public void A_marker_that_names_a_layout_is_taken_at_its_word_whoever_wrote_the_file(string marker, string layout)
    {
        var (baseFolder, adapter) = Case(c => (c["lora_B_layout"], c["peft_version"]) = (marker, "0.21.2"));
        var inspection = Inspect(baseFolder, adapter);
        Assert.Equal(layout, inspection.ExpertLayout);
        Assert.DoesNotContain(inspection.Findings, f => f.Id is "expert-layout" or "expert-layout-unmarked" or "unknown-key");
        Assert.Equal(layout, Merge(baseFolder, adapter).Adapters[0].ExpertLayout);
    }

    [Fact]
    public void The_two_layouts_are_two_models()
    {
        var (baseFolder, adapter) = Case(c => c["lora_B_layout"] = "grouped_by_expert");
        var (_, unmarked) = (baseFolder, Config(adapter, c => (c["lora_B_layout"], c["peft_version"]) = (null, "0.21.2")));
        Assert.NotEqual(Merge(baseFolder, adapter).Output.WeightsDigest, Merge(baseFolder, unmarked).Output.WeightsDigest);
        Assert.Equal(Merge(baseFolder, adapter).Output.WeightsDigest, Merge(baseFolder, unmarked, ExpertLayout.ExpertSlowest).Output.WeightsDigest);
    }

    [Fact]
    public void A_marker_of_an_unknown_layout_is_refused_by_name_until_the_layout_is_named()
    {
        var (baseFolder, adapter) = Case(c => (c["lora_B_layout"], c["peft_version"]) = ("sideways", "0.21.2"));
        Assert.Contains(Assert.Throws<MergePlanException>(() => Merge(baseFolder, adapter)).Findings, f => f is { Id: "expert-layout", Where: "lora_B_layout" } && f.Message.Contains("'sideways'", StringComparison.Ordinal));
        Assert.Equal("expert-slowest", Merge(baseFolder, adapter, ExpertLayout.ExpertSlowest).Adapters[0].ExpertLayout);
    }

    [Fact]
    public void A_layout_that_is_named_against_the_marker_is_refused()
    {
        var (baseFolder, adapter) = Case(c => c["lora_B_layout"] = "grouped_by_expert");
        Assert.Contains(Assert.Throws<MergePlanException>(() => Merge(baseFolder, adapter, ExpertLayout.ExpertFastest)).Findings, f => f is { Id: "expert-layout", Where: "lora_B_layout" });
        Assert.Equal("expert-slowest", Merge(baseFolder, adapter, ExpertLayout.ExpertSlowest).Adapters[0].ExpertLayout);
    }

    [Fact]
    public void A_file_that_only_names_a_version_of_PEFT_is_read_as_PEFT_writes_it_and_that_is_told_once()
    {
        var (baseFolder, adapter) = Case(c => c["peft_version"] = "0.21.2");
        var inspection = Inspect(baseFolder, adapter);
        Assert.Equal("expert-fastest", inspection.ExpertLayout);
        Assert.Single(inspection.Findings, f => f is { Id: "expert-layout-unmarked", Severity: Severity.Warn });
        Assert.Equal("expert-fastest", Merge(baseFolder, adapter).Adapters[0].ExpertLayout);
        Assert.DoesNotContain(Inspect(baseFolder, adapter, ExpertLayout.ExpertFastest).Findings, f => f.Id == "expert-layout-unmarked");
    }

    [Theory]
    [InlineData(1, 4)]
    [InlineData(3, 1)]
    public void With_one_expert_or_rank_one_there_is_nothing_to_tell(int experts, int rank)
    {
        var (baseFolder, adapter) = Case(c => c["peft_version"] = "0.21.2", experts, rank);
        Assert.DoesNotContain(Inspect(baseFolder, adapter).Findings, f => f.Id.StartsWith("expert-", StringComparison.Ordinal));
    }

    /// <summary>Beside a parameter of rank 1, whose layout is either, the receipt tells the one that the others were read in, and the merge is taken back by it.</summary>
    [Theory]
    [InlineData(null, "grouped_by_expert")]
    [InlineData(ExpertLayout.ExpertSlowest, "sideways")]
    [InlineData(ExpertLayout.ExpertSlowest, null)]
    public void The_receipt_tells_the_layout_of_the_factors_that_have_one(ExpertLayout? named, string? marker)
    {
        var baseFolder = WriteBase(_temp.PathTo("base"), """{"model_type":"any"}""", [AnyFolder.Tensor(_random, Tensor, 3, 10, 6), AnyFolder.Tensor(_random, "model.experts.gate_up_proj", 3, 12, 10)], DType.F32);
        var config = Experts(4, "experts.down_proj", "experts.gate_up_proj");
        (config["peft_version"], config["lora_B_layout"], config["rank_pattern"]) = ("0.21.2", marker, new JsonObject { ["down_proj"] = 1 });
        const string Module = $"{AdapterKey.Prefix}model.experts";
        var adapter = WriteAdapter(_temp.PathTo("adapter"), config, [
            AnyFolder.Tensor(_random, $"{Module}.lora_A.weight", 3, 6), AnyFolder.Tensor(_random, $"{Module}.lora_B.weight", 10, 3),
            AnyFolder.Tensor(_random, $"{Module}.base_layer.lora_A.weight", 12, 10), AnyFolder.Tensor(_random, $"{Module}.base_layer.lora_B.weight", 12, 12)]);
        var receipt = Merge(baseFolder, adapter, named);
        Assert.Equal("expert-slowest", receipt.Adapters[0].ExpertLayout);
        Assert.Equal(receipt.Base.WeightsDigest, Unmerger.Prove(_temp.PathTo($"{_folders} merged"), 2, "test").Restored.WeightsDigest);
    }

    [Fact]
    public void With_one_expert_the_marker_is_told_and_nothing_refused()
    {
        var (baseFolder, adapter) = Case(c => c["lora_B_layout"] = "grouped_by_expert", experts: 1);
        Assert.Equal("expert-slowest", Merge(baseFolder, adapter).Adapters[0].ExpertLayout);
        Assert.Equal("expert-fastest", Merge(baseFolder, adapter, ExpertLayout.ExpertFastest).Adapters[0].ExpertLayout);
        Assert.Equal("expert-fastest", Merge(baseFolder, Config(adapter, c => c["lora_B_layout"] = "sideways")).Adapters[0].ExpertLayout);
    }

    [Fact]
    public void What_a_receipt_says_of_a_merge_that_was_made_holds_against_the_marker()
    {
        var (baseFolder, adapter) = Case(c => c["lora_B_layout"] = "grouped_by_expert");
        using var opened = PeftAdapter.Open(adapter);
        using var checkpoint = Artifacts.Checkpoints.Checkpoint.Open(baseFolder);
        var coverage = Planning.Coverage.Of(opened, BaseLayout.Of(checkpoint), new Declared(ExpertLayout.ExpertFastest, IsRecorded: true));
        Assert.Empty(coverage.Findings);
        Assert.Equal("expert-fastest", coverage.ExpertLayout);
    }

    public void Dispose() => _temp.Dispose();

    private (string Base, string Adapter) Case(Action<JsonObject> change, int experts = 3, int rank = 4)
    {
        var baseFolder = WriteBase(_temp.PathTo("base"), """{"model_type":"any"}""", [AnyFolder.Tensor(_random, Tensor, experts, 12, 10), AnyFolder.Tensor(_random, "model.next." + Tensor["model.".Length..], experts, 12, 10)], DType.F32);
        var config = Experts(rank, "experts.down_proj");
        change(config);
        var factors = new[] { "model.experts", "model.next.experts" }.SelectMany(m => new[] { AnyFolder.Tensor(_random, $"{AdapterKey.Prefix}{m}.lora_A.weight", experts * rank, 10), AnyFolder.Tensor(_random, $"{AdapterKey.Prefix}{m}.lora_B.weight", 12, experts * rank) });
        return (baseFolder, WriteAdapter(_temp.PathTo("adapter"), config, [.. factors]));
    }

    private static JsonObject Experts(int rank, params string[] parameters) => new()
    {
        ["peft_type"] = "LORA", ["base_model_name_or_path"] = "base", ["r"] = rank, ["lora_alpha"] = 6, ["target_modules"] = new JsonArray(), ["target_parameters"] = new JsonArray([.. parameters.Select(p => (JsonNode)p)]),
    };

    private string Config(string adapter, Action<JsonObject> change)
    {
        var folder = _temp.Copy(adapter, $"{++_folders} other");
        var config = JsonNode.Parse(File.ReadAllText(Path.Combine(folder, AdapterConfig.FileName)))!.AsObject();
        change(config);
        File.WriteAllText(Path.Combine(folder, AdapterConfig.FileName), config.ToJsonString());
        return folder;
    }

    private static Inspection Inspect(string baseFolder, string adapter, ExpertLayout? layout = null) =>
        Inspector.Inspect(new InspectRequest { Adapter = adapter, Base = baseFolder, ExpertLayout = layout, Version = "test" });

    private Artifacts.Records.Merging.MergeReceipt Merge(string baseFolder, string adapter, ExpertLayout? layout = null) =>
        Merger.Merge(TinyModel.Request(baseFolder, _temp.PathTo($"{++_folders} merged"), new WeightedAdapter(adapter)) with { ExpertLayout = layout });
}

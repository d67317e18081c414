using System.Text.Json.Nodes;
using Loragate.Artifacts.Adapters;
using Loragate.Artifacts.Safetensors;
using Loragate.Testing;

namespace Loragate.MergeEngine.Planning;

/// <summary>Adapters and files of models that see, written before and after transformers renamed their modules.</summary>
public sealed class VisionNamesTests : IDisposable
{
    private const string Config = """{"model_type":"llava","vision_config":{},"text_config":{},"tie_word_embeddings":false}""";

    private readonly TempFolder _temp = new();

    /// <summary>The language model's, the vision tower's and the head's place in one way of naming.</summary>
    private sealed record Style(string Language, string Vision, string Head);

    private static readonly Dictionary<string, Style> Styles = new()
    {
        ["newer"] = new("model.language_model.layers.0", "model.vision_tower.layers.0", "lm_head"),
        ["older"] = new("language_model.model.layers.0", "vision_tower.layers.0", "language_model.lm_head"),
        ["between"] = new("language_model.layers.0", "vision_tower.layers.0", "lm_head"),
        ["text first"] = new("model.layers.0", "vision_tower.layers.0", "lm_head"),
    };

    public static TheoryData<string, string> Pairs => [.. Styles.Keys.SelectMany(files => Styles.Keys.Select(adapter => (files, adapter)))];

    [Theory]
    [MemberData(nameof(Pairs))]
    public void An_adapter_of_any_age_merges_into_files_of_any_age(string files, string adapter)
    {
        var source = WriteBase(Styles[files]);
        var same = Merger.Merge(TinyModel.Request(source, _temp.PathTo("same"), new WeightedAdapter(WriteAdapter("one", Styles[files]))));
        var other = Merger.Merge(TinyModel.Request(source, _temp.PathTo("other"), new WeightedAdapter(WriteAdapter("two", Styles[adapter]))));
        Assert.Equal(3, other.Merged.Count);
        Assert.Equal(same.Output.WeightsDigest, other.Output.WeightsDigest);
        Unmerger.Unmerge(TinyModel.Undo(_temp.PathTo("other"), _temp.PathTo("restored")));
        MergerTests.AssertRestored(source, _temp.PathTo("restored"));
    }

    [Theory]
    [MemberData(nameof(Pairs))]
    public void A_module_that_is_targeted_and_left_out_is_missed_under_any_name(string files, string adapter)
    {
        var request = TinyModel.Request(WriteBase(Styles[files]), _temp.PathTo("merged"), new WeightedAdapter(WriteAdapter("one", Styles[adapter], without: "k_proj")));
        Assert.Contains(Assert.Throws<MergePlanException>(() => Merger.Merge(request)).Findings, f => f.Id == "missing-module" && f.Where.EndsWith("k_proj", StringComparison.Ordinal));
    }

    [Fact]
    public void A_name_that_two_modules_of_the_files_may_mean_is_refused()
    {
        var random = new Random(1);
        var (older, newer) = (Styles["older"], Styles["newer"]);
        var source = AnyFolder.WriteBase(_temp.PathTo("base"), Config, [.. Tensors(random, older), .. Tensors(random, Styles["between"]).Take(2)], DType.BF16);
        var request = TinyModel.Request(source, _temp.PathTo("merged"), new WeightedAdapter(WriteAdapter("one", newer)));
        Assert.Contains(Assert.Throws<MergePlanException>(() => Merger.Merge(request)).Findings, f => f.Id == "absent-module" && f.Where.StartsWith(newer.Language, StringComparison.Ordinal));
    }

    [Fact]
    public void A_model_that_does_not_see_has_no_other_names()
    {
        var source = AnyFolder.WriteBase(_temp.PathTo("base"), """{"model_type":"llama"}""", Tensors(new Random(1), Styles["text first"]), DType.BF16);
        var request = TinyModel.Request(source, _temp.PathTo("merged"), new WeightedAdapter(WriteAdapter("one", Styles["newer"])));
        Assert.Contains(Assert.Throws<MergePlanException>(() => Merger.Merge(request)).Findings, f => f.Id == "absent-module");
    }

    public void Dispose() => _temp.Dispose();

    private string WriteBase(Style style) => AnyFolder.WriteBase(_temp.PathTo("base"), Config, Tensors(new Random(1), style), DType.BF16);

    private static List<AnyFolder.Named> Tensors(Random random, Style style) =>
    [
        AnyFolder.Tensor(random, style.Language + ".q_proj.weight", 12, 8),
        AnyFolder.Tensor(random, style.Language + ".k_proj.weight", 12, 8),
        AnyFolder.Tensor(random, style.Vision + ".q_proj.weight", 10, 6),
        AnyFolder.Tensor(random, style.Head + ".weight", 20, 8),
    ];

    private string WriteAdapter(string name, Style style, string? without = null)
    {
        var random = new Random(2);
        var config = new JsonObject { ["peft_type"] = "LORA", ["r"] = 2, ["lora_alpha"] = 4, ["target_modules"] = new JsonArray("q_proj", "k_proj") };
        (string Module, int Out, int In)[] modules = [(style.Language + ".q_proj", 12, 8), (style.Language + ".k_proj", 12, 8), (style.Vision + ".q_proj", 10, 6)];
        return AnyFolder.WriteAdapter(_temp.PathTo(name), config,
        [
            .. modules.Where(m => without is null || !m.Module.EndsWith(without, StringComparison.Ordinal)).SelectMany(m => new[]
            {
                AnyFolder.Tensor(random, $"{AdapterKey.Prefix}{m.Module}.lora_A.weight", 2, m.In),
                AnyFolder.Tensor(random, $"{AdapterKey.Prefix}{m.Module}.lora_B.weight", m.Out, 2),
            }),
        ]);
    }
}

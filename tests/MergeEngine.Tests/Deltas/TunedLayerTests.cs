using System.Text.Json.Nodes;
using Loragate.Artifacts.Adapters;
using Loragate.Artifacts.Records;
using Loragate.Artifacts.Records.Inspecting;
using Loragate.Artifacts.Safetensors;
using Loragate.MergeEngine.Inspecting;
using Loragate.Testing;
using static Loragate.MergeEngine.AnyFolder;

namespace Loragate.MergeEngine.Deltas;

/// <summary>LN tuning: layers, most often layer norms, are trained whole and take the base's place.</summary>
public sealed class TunedLayerTests : IDisposable
{
    private const string First = "h.0.ln_1", Last = "ln_f";

    private readonly TempFolder _temp = new();
    private readonly Random _random = new(6);

    [Fact]
    public void Weight_and_bias_of_every_norm_are_the_adapters_and_an_unmerge_brings_the_bases_back()
    {
        var (tensors, tuned) = (Base(), Tuned());
        var request = Request(Config("ln_1", "ln_f"), tensors, tuned);
        var receipt = Merger.Merge(request);
        Assert.Equal(tuned.Select(t => Stored(t.Name)).Order(StringComparer.Ordinal), receipt.Merged.Select(t => t.Name));
        Assert.All(receipt.Merged, t => Assert.Equal("replaced", t.Delta));
        Assert.All(tuned, t => Assert.Equal(t.Values.Select(v => (double)v), Read(request.Output, Stored(t.Name))));
        Assert.Equal(receipt.Adapters[0].Tensors!.Select(t => t.Name), tuned.Select(t => t.Name).Order(StringComparer.Ordinal));

        Unmerger.Unmerge(TinyModel.Undo(request.Output, _temp.PathTo("restored")));
        Assert.All(tensors, t => Assert.Equal(t.Values.Select(v => (double)v), Read(_temp.PathTo("restored"), t.Name)));
    }

    [Fact]
    public void An_inspection_warns_of_every_weight_that_is_replaced_and_measures_it()
    {
        var inspection = Inspect(Request(Config("ln_1", "ln_f"), Base(), Tuned()));
        Assert.DoesNotContain(inspection.Findings, f => f.Severity == Severity.Block || f.Id == "unknown-key");
        Assert.Equal(["transformer.h.0.ln_1", "transformer.ln_f"], inspection.Findings.Where(f => f.Id == "replaced-module").Select(f => f.Where));
        Assert.Equal(4, inspection.Modules.Count(m => m.RelativeNorm > 0));
    }

    [Fact]
    public void Norms_that_are_the_bases_own_are_no_change()
    {
        var tensors = Base();
        Named[] same = [.. Tuned().Select(t => t with { Values = tensors.Single(b => b.Name == Stored(t.Name)).Values })];
        Assert.Contains(Inspect(Request(Config("ln_1", "ln_f"), tensors, same)).Findings, f => f is { Id: "no-op", Severity: Severity.Block });
    }

    [Fact]
    public void A_state_dict_with_the_adapters_name_inside_is_read_and_told()
    {
        Named[] named = [.. Tuned().Select(t => t with { Name = t.Name.Replace("ln_tuning_layers", "ln_tuning_layers.default", StringComparison.Ordinal) })];
        Assert.Contains(Inspect(Request(Config("ln_1", "ln_f"), Base(), named)).Findings, f => f is { Id: "adapter-name", Severity: Severity.Warn });
        Assert.Equal(4, Merger.Merge(Request(Config("ln_1", "ln_f"), Base(), named)).Merged.Count);
    }

    [Fact]
    public void An_embedding_that_is_tuned_alone_is_no_longer_its_head()
    {
        var embedding = Tensor(_random, "model.embed_tokens.weight", 7, 4);
        var request = Request(Config("embed_tokens"), [embedding], [Tensor(_random, AdapterKey.Prefix + "model.embed_tokens.ln_tuning_layers.weight", 7, 4)], """{"model_type":"llama","tie_word_embeddings":true}""");
        Merger.Merge(request);
        Assert.Equal(embedding.Values.Select(v => (double)v), Read(request.Output, "lm_head.weight"));
    }

    [Fact]
    public void What_config_and_base_do_not_bear_out_is_refused()
    {
        Refused("missing-module", "transformer.h.0.ln_1.bias", Config("ln_1", "ln_f"), [.. Tuned().Where(t => t.Name != Key(First, "bias"))]);
        Refused("missing-module", "transformer.ln_f", Config("ln_1", "ln_f"), [.. Tuned().Where(t => !t.Name.Contains(Last, StringComparison.Ordinal))]);
        Refused("untargeted-module", "transformer.ln_f", Config("ln_1"), Tuned());
        Refused("shape-mismatch", "transformer.ln_f", Config("ln_1", "ln_f"), [.. Tuned().Select(t => t.Name == Key(Last, "weight") ? Tensor(_random, t.Name, 5) : t)]);
        Refused("absent-module", "transformer.h.0.ln_2", Config("ln_1", "ln_f", "ln_2"), [.. Tuned(), Tensor(_random, Key("h.0.ln_2", "weight"), 4)]);
        // A container's copy, whose names PEFT itself cannot read again.
        var container = AdapterKey.Prefix + "transformer.h.0.mlp.ln_tuning_layers.default.c_fc.weight";
        Refused("unused-tensor", container, Config("ln_1", "ln_f"), [.. Tuned(), Tensor(_random, container, 4, 4)]);
        Refused("unused-tensor", AdapterKey.Prefix + "transformer.h.0.ln_1.lora_A.weight", Config("ln_1", "ln_f"), [.. Tuned(), Tensor(_random, AdapterKey.Prefix + "transformer.h.0.ln_1.lora_A.weight", 2, 4)]);
    }

    public void Dispose() => _temp.Dispose();

    private static JsonObject Config(params string[] targets) =>
        new() { ["peft_type"] = "LN_TUNING", ["peft_version"] = "0.21.2", ["base_model_name_or_path"] = "base", ["target_modules"] = new JsonArray([.. targets.Select(t => (JsonNode)t)]), ["modules_to_save"] = null };

    private Named[] Base() => [.. new[] { First, Last }.SelectMany(norm => new[] { Tensor(_random, norm + ".weight", 4), Tensor(_random, norm + ".bias", 4) }), Tensor(_random, "wte.weight", 7, 4)];

    private Named[] Tuned() => [.. new[] { First, Last }.SelectMany(norm => new[] { Tensor(_random, Key(norm, "weight"), 4), Tensor(_random, Key(norm, "bias"), 4) })];

    private static string Key(string norm, string parameter) => $"{AdapterKey.Prefix}transformer.{norm}.ln_tuning_layers.{parameter}";

    private static string Stored(string key) => key[(AdapterKey.Prefix + "transformer.").Length..].Replace(".ln_tuning_layers", "", StringComparison.Ordinal);

    private MergeRequest Request(JsonObject config, IReadOnlyList<Named> tensors, IReadOnlyList<Named> adapter, string model = """{"model_type":"gpt2"}""")
    {
        var name = Guid.NewGuid().ToString("N");
        var baseFolder = WriteBase(_temp.PathTo(name, "base"), model, tensors, DType.F32);
        return TinyModel.Request(baseFolder, _temp.PathTo(name, "merged"), new WeightedAdapter(WriteAdapter(_temp.PathTo(name, "adapter"), config, adapter)));
    }

    private void Refused(string id, string where, JsonObject config, IReadOnlyList<Named> adapter)
    {
        var request = Request(config, Base(), adapter);
        Assert.Contains(Assert.Throws<MergePlanException>(() => Merger.Merge(request)).Findings, f => f.Id == id && f.Where == where);
        Assert.False(Directory.Exists(request.Output));
    }

    private static Inspection Inspect(MergeRequest request) =>
        Inspector.Inspect(new InspectRequest { Adapter = request.Adapters[0].Folder, Base = request.Base, Version = "test" });
}

using System.Text.Json.Nodes;
using Loragate.Artifacts.Adapters;
using Loragate.Artifacts.Records;
using Loragate.Artifacts.Records.Inspecting;
using Loragate.Artifacts.Safetensors;
using Loragate.Testing;
using static Loragate.MergeEngine.AnyFolder;

namespace Loragate.MergeEngine.Inspecting;

/// <summary>An adapter that reaches embedding or head is told by any method, and what becomes of the tie as the merge makes it.</summary>
public sealed class ReplacementRulesTests : IDisposable
{
    private const string Embedding = "model.embed_tokens";
    private const string Untied = "no longer tied";
    private const string Follows = "the embedding and the head that is tied to it";
    private const string Apart = "changes the embedding or the head, which every token passes";

    private const string TieUnknown = "where the base ties them";

    private readonly TempFolder _temp = new();
    private readonly Random _random = new(7);

    [Theory]
    [InlineData("LORA", "lm_head", ".lora_A.weight:2,4", ".lora_B.weight:7,2")]
    [InlineData("LOKR", "lm_head", ".lokr_w1:7,2", ".lokr_w2:1,2")]
    [InlineData("IA3", "lm_head", ".ia3_l:7,1")]
    [InlineData("ADALORA", "lm_head", ".lora_A:2,4", ".lora_B:7,2", ".lora_E:2,1")]
    [InlineData("LORA", Embedding, ".lora_embedding_A:2,7", ".lora_embedding_B:4,2")]
    [InlineData("LN_TUNING", Embedding, ".ln_tuning_layers.weight:7,4")]
    public void A_change_of_one_of_the_two_is_told_to_untie_them_exactly_where_a_merge_does(string type, string module, params string[] parts)
    {
        var adapter = Adapter(Config(type, module), module, parts);
        Assert.Contains(Untied, Told(adapter, isTied: true), StringComparison.Ordinal);
        Assert.NotEqual("true", MergedTie(adapter));
        Assert.Equal(Apart, Told(adapter, isTied: false));
    }

    [Fact]
    public void Rows_and_an_embedding_whose_tie_is_ensured_take_the_head_along()
    {
        var rows = Config("TRAINABLE_TOKENS", Embedding);
        rows["token_indices"] = new JsonArray(3);
        var tokens = Adapter(rows, Embedding, ".trainable_tokens_delta:1,4");
        var ensured = Config("LORA", Embedding);
        ensured["ensure_weight_tying"] = true;
        foreach (var adapter in new[] { tokens, Adapter(ensured, Embedding, ".lora_embedding_A:2,7", ".lora_embedding_B:4,2") })
        {
            Assert.Contains(Follows, Told(adapter, isTied: true), StringComparison.Ordinal);
            Assert.Equal("true", MergedTie(adapter));
            Assert.Equal(Apart, Told(adapter, isTied: false));
        }
    }

    [Fact]
    public void A_copy_of_the_embedding_that_changes_nothing_is_no_change_of_it()
    {
        var adapter = Adapter(Config("LORA", "q_proj"), "model.q_proj", ".lora_A.weight:2,4", ".lora_B.weight:4,2");
        Assert.Null(Told(adapter, isTied: true));
        var embedding = Tensors(true)[0];
        adapter = WriteAdapter(_temp.PathTo("copy"), Config("LORA", "q_proj"), [embedding with { Name = AdapterKey.Prefix + embedding.Name }, .. Parts("model.q_proj", ".lora_A.weight:2,4", ".lora_B.weight:4,2")]);
        var inspection = Inspect(adapter, Base(true));
        Assert.DoesNotContain(inspection.Findings, f => f.Id == "embedding-changed" || f.Severity == Severity.Block);
    }

    [Theory]
    [InlineData("LORA", "lm_head", ".lora_A.weight:2,4")]
    [InlineData("LOKR", "lm_head", ".lokr_w1:7,2")]
    [InlineData("TRAINABLE_TOKENS", Embedding, ".trainable_tokens_delta:1,4")]
    public void Without_a_base_the_names_tell_it(string type, string module, params string[] parts) =>
        Assert.Contains(TieUnknown, Message(Inspect(Adapter(Config(type, module), module, parts), null)), StringComparison.Ordinal);

    [Fact]
    public void Without_a_base_a_saved_module_tells_it_as_well()
    {
        var config = Config("LOHA", "q_proj");
        config["modules_to_save"] = new JsonArray("model.lm_head");
        Assert.Contains(TieUnknown, Message(Inspect(Adapter(config, "model.q_proj", ".hada_w1_a:4,2"), null)), StringComparison.Ordinal);
        config["modules_to_save"] = new JsonArray("norm");
        Assert.Null(Message(Inspect(Adapter(config, "model.q_proj", ".hada_w1_a:4,2"), null)));
    }

    [Theory]
    [InlineData("TRAINABLE_TOKENS", "transformer.wte", ".trainable_tokens_delta:1,4", Follows)]
    [InlineData("TRAINABLE_TOKENS", "gpt_neox.embed_in", ".trainable_tokens_delta:1,4", Follows)]
    [InlineData("TRAINABLE_TOKENS", "encoder.tokens", ".trainable_tokens_delta:1,4", Apart)]
    [InlineData("LORA", "transformer.wte", ".token_adapter.trainable_tokens_delta:1,4", Follows)]
    [InlineData("LORA", "encoder.tokens", ".token_adapter.trainable_tokens_delta:1,4", Apart)]
    public void Rows_of_tokens_are_told_whatever_the_embedding_is_called(string type, string embedding, string rows, string told)
    {
        var config = Config(type, type == "LORA" ? "q_proj" : embedding);
        config[type == "LORA" ? "trainable_token_indices" : "token_indices"] = type == "LORA" ? new JsonObject { [embedding] = new JsonArray(3) } : new JsonArray(3);
        string[] parts = type == "LORA" ? [".lora_A.weight:2,4", ".lora_B.weight:4,2"] : [];
        var adapter = WriteAdapter(_temp.PathTo("rows"), config, [.. Parts(embedding, rows), .. Parts("model.q_proj", parts)]);
        var named = WriteBase(_temp.PathTo("named"), """{"model_type":"llama","tie_word_embeddings":true}""", [Tensor(new Random(1), embedding + ".weight", 7, 4), Tensors(true)[1]], DType.F32);
        var inspection = Inspect(adapter, named);
        Assert.DoesNotContain(inspection.Findings, f => f.Severity == Severity.Block);
        Assert.Contains(told, Message(inspection), StringComparison.Ordinal);
        Assert.Contains(TieUnknown, Message(Inspect(adapter, null)), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("output_projection")]
    [InlineData("model.decoder.output_projection")]
    [InlineData("embed_out")]
    public void A_head_of_another_name_is_told(string head)
    {
        var adapter = Adapter(Config("LORA", head), head, ".lora_A.weight:2,4", ".lora_B.weight:7,2");
        var named = WriteBase(_temp.PathTo("named"), """{"model_type":"llama","tie_word_embeddings":false}""", [.. Tensors(true), Tensor(new Random(1), head + ".weight", 7, 4)], DType.F32);
        Assert.Equal(Apart, Message(Inspect(adapter, named)));
        Assert.Contains(TieUnknown, Message(Inspect(adapter, null)), StringComparison.Ordinal);
    }

    [Fact]
    public void Factors_of_an_embedding_are_told_whatever_it_is_called()
    {
        var adapter = Adapter(Config("LORA", "tokens"), "encoder.tokens", ".lora_embedding_A:2,7", ".lora_embedding_B:4,2");
        var named = WriteBase(_temp.PathTo("named"), """{"model_type":"llama","tie_word_embeddings":false}""", [.. Tensors(false), Tensor(new Random(1), "encoder.tokens.weight", 7, 4)], DType.F32);
        Assert.Equal(Apart, Message(Inspect(adapter, named)));
        Assert.Contains(TieUnknown, Message(Inspect(adapter, null)), StringComparison.Ordinal);
    }

    /// <summary>PEFT saves embedding and head along where the vocabulary grew (save_embedding_layers), by any method; only a base shows that they are copies.</summary>
    [Theory]
    [InlineData("LORA", Embedding, ".lora_A.weight:2,4", ".lora_B.weight:4,2")]
    [InlineData("LORA", "transformer.wte", ".lora_A.weight:2,4", ".lora_B.weight:4,2")]
    [InlineData("IA3", Embedding, ".ia3_l:4,1")]
    [InlineData("IA3", "lm_head", ".ia3_l:4,1")]
    [InlineData("LOHA", "gpt_neox.embed_in", ".hada_w1_a:4,2")]
    public void Without_a_base_an_embedding_that_is_saved_along_is_told(string type, string saved, params string[] parts)
    {
        var adapter = Saving(saved, type, parts);
        Assert.Contains(TieUnknown, Message(Inspect(adapter, null)), StringComparison.Ordinal);
    }

    [Fact]
    public void Without_a_base_another_tensor_that_is_saved_along_is_no_embedding() =>
        Assert.Null(Message(Inspect(Saving("model.norm", "LORA", ".lora_A.weight:2,4", ".lora_B.weight:4,2"), null)));

    public void Dispose() => _temp.Dispose();

    private static JsonObject Config(string type, string target) =>
        new() { ["peft_type"] = type, ["base_model_name_or_path"] = "base", ["r"] = 2, ["lora_alpha"] = 4, ["alpha"] = 4, ["init_r"] = 2, ["target_modules"] = new JsonArray(target) };

    private IEnumerable<Named> Parts(string module, params string[] parts) =>
        parts.Select(part => part.Split(':')).Select(p => Tensor(_random, AdapterKey.Prefix + module + p[0], [.. p[1].Split(',').Select(long.Parse)]));

    private string Adapter(JsonObject config, string module, params string[] parts) => WriteAdapter(_temp.PathTo($"adapter {Guid.NewGuid():N}"), (JsonObject)config.DeepClone(), [.. Parts(module, parts)]);

    private string Saving(string saved, string type, params string[] parts) =>
        WriteAdapter(_temp.PathTo("saved"), Config(type, "q_proj"), [.. Parts("model.q_proj", parts), Tensor(_random, $"{AdapterKey.Prefix}{saved}.weight", 7, 4)]);

    private static Named[] Tensors(bool isTied)
    {
        var random = new Random(1);
        Named[] tied = [Tensor(random, Embedding + ".weight", 7, 4), Tensor(random, "model.q_proj.weight", 4, 4)];
        return isTied ? tied : [.. tied, Tensor(random, "lm_head.weight", 7, 4)];
    }

    private string Base(bool isTied) => Directory.Exists(_temp.PathTo($"base {isTied}")) ? _temp.PathTo($"base {isTied}") :
        WriteBase(_temp.PathTo($"base {isTied}"), $$"""{"model_type":"llama","tie_word_embeddings":{{(isTied ? "true" : "false")}}}""", Tensors(isTied), DType.F32);

    private string? Told(string adapter, bool isTied) => Message(Inspect(adapter, Base(isTied)));

    private static string? Message(Inspection inspection) => inspection.Findings.SingleOrDefault(f => f.Id == "embedding-changed")?.Message;

    /// <summary>What the config of the tied base's merge says of the tie.</summary>
    private string MergedTie(string adapter)
    {
        var output = _temp.PathTo($"merged {Guid.NewGuid():N}");
        Merger.Merge(TinyModel.Request(Base(true), output, new WeightedAdapter(adapter)));
        return JsonNode.Parse(File.ReadAllText(Path.Combine(output, "config.json")))!["tie_word_embeddings"]!.ToJsonString();
    }

    private static Inspection Inspect(string adapter, string? baseFolder) => Inspector.Inspect(new InspectRequest { Adapter = adapter, Base = baseFolder, Version = "test" });
}

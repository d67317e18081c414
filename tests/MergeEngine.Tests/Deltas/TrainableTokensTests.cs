using System.Text.Json.Nodes;
using Loragate.Artifacts.Adapters;
using Loragate.Artifacts.Records;
using Loragate.Artifacts.Records.Inspecting;
using Loragate.Artifacts.Safetensors;
using Loragate.MergeEngine.Inspecting;
using Loragate.Testing;
using static Loragate.MergeEngine.AnyFolder;

namespace Loragate.MergeEngine.Deltas;

/// <summary>Trainable tokens as a method of their own: rows of an embedding are replaced, and nothing else is trained.</summary>
public sealed class TrainableTokensTests : IDisposable
{
    private const string Embedding = "model.embed_tokens.weight";
    private const string Rows = AdapterKey.Prefix + "model.embed_tokens.trainable_tokens_delta";

    private readonly TempFolder _temp = new();
    private readonly Random _random = new(5);

    [Theory]
    [InlineData(true, true)]
    [InlineData(true, false)]
    [InlineData(false, true)]
    public void The_rows_are_replaced_whether_the_config_names_the_embedding_or_not_and_a_tied_head_follows(bool isNamed, bool isTied)
    {
        var (embedding, rows) = (Tensor(_random, Embedding, 7, 4), Tensor(_random, Rows, 2, 4));
        var request = Request(Config(isNamed, 5, 1), isTied, embedding, rows);
        var receipt = Merger.Merge(request);

        var expected = embedding.Values.ToArray();
        rows.Values.AsSpan(0, 4).CopyTo(expected.AsSpan(5 * 4));
        rows.Values.AsSpan(4, 4).CopyTo(expected.AsSpan(1 * 4));
        Assert.Equal(expected.Select(v => (double)v), Read(request.Output, Embedding));
        Assert.Equal(Rows, Assert.Single(receipt.Adapters[0].Tensors!).Name);
        Assert.Equal((Embedding, "rows"), Assert.Single(receipt.Merged.Select(t => (t.Name, t.Delta))));

        Unmerger.Unmerge(TinyModel.Undo(request.Output, _temp.PathTo("restored")));
        Assert.Equal(embedding.Values.Select(v => (double)v), Read(_temp.PathTo("restored"), Embedding));
    }

    [Fact]
    public void An_inspection_tells_that_the_embedding_changes_or_that_nothing_does()
    {
        var embedding = Tensor(_random, Embedding, 7, 4);
        var changed = Inspect(Request(Config(true, 5), true, embedding, Tensor(_random, Rows, 1, 4)));
        Assert.Contains(changed.Findings, f => f is { Id: "embedding-changed", Severity: Severity.Warn });
        Assert.DoesNotContain(changed.Findings, f => f.Severity == Severity.Block || f.Id == "unknown-key");
        var idle = Inspect(Request(Config(true, 5), true, embedding, new Named(Rows, [1, 4], embedding.Values[20..24])));
        Assert.Contains(idle.Findings, f => f is { Id: "no-op", Severity: Severity.Block });
    }

    [Fact]
    public void Rows_that_config_and_base_do_not_bear_out_are_refused()
    {
        Refused("token_indices names 1 rows", Config(true, 5), Tensor(_random, Rows, 2, 4));
        Refused("row 7 is beyond", Config(true, 7), Tensor(_random, Rows, 1, 4));
        Refused("the rows are", Config(true, 5), Tensor(_random, Rows, 1, 3));
        Refused("token_indices does not say which", Config(true), Tensor(_random, Rows, 1, 4));
        Refused("named by target_modules, but the adapter has no factors", Config(true, 5, 1), Tensor(_random, AdapterKey.Prefix + "model.other.trainable_tokens_delta", 2, 4));
        Refused("belongs to no change that Trainable Tokens makes", Config(true, 5), Tensor(_random, Rows, 1, 4), Tensor(_random, AdapterKey.Prefix + "model.embed_tokens.lora_A.weight", 2, 4));
    }

    [Fact]
    public void A_LoRA_keeps_its_rows_under_another_name()
    {
        var config = Config(true);
        (config["peft_type"], config["trainable_token_indices"]) = ("LORA", new JsonArray(5));
        Refused("belongs to no change that LoRA makes", config, Tensor(_random, Rows, 1, 4));
    }

    public void Dispose() => _temp.Dispose();

    private static JsonObject Config(bool isNamed, params int[] rows) => new()
    {
        ["peft_type"] = "TRAINABLE_TOKENS",
        ["base_model_name_or_path"] = "base",
        ["token_indices"] = new JsonArray([.. rows.Select(r => (JsonNode)r)]),
        ["init_weights"] = true,
        ["target_modules"] = isNamed ? new JsonArray("embed_tokens") : null,
    };

    private MergeRequest Request(JsonObject config, bool isTied, Named embedding, params Named[] adapter)
    {
        var name = Guid.NewGuid().ToString("N");
        Named[] tensors = isTied ? [embedding] : [embedding, Tensor(_random, "lm_head.weight", 7, 4)];
        var baseFolder = WriteBase(_temp.PathTo(name, "base"), $$"""{"model_type":"llama","tie_word_embeddings":{{(isTied ? "true" : "false")}}}""", tensors, DType.F32);
        return TinyModel.Request(baseFolder, _temp.PathTo(name, "merged"), new WeightedAdapter(WriteAdapter(_temp.PathTo(name, "adapter"), config, adapter)));
    }

    private void Refused(string reason, JsonObject config, params Named[] adapter) =>
        Assert.Contains(reason, Assert.Throws<MergePlanException>(() => Merger.Merge(Request(config, true, Tensor(_random, Embedding, 7, 4), adapter))).Message, StringComparison.Ordinal);

    private static Inspection Inspect(MergeRequest request) =>
        Inspector.Inspect(new InspectRequest { Adapter = request.Adapters[0].Folder, Base = request.Base, Version = "test" });
}

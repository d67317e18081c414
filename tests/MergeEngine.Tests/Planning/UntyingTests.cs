using System.Text.Json.Nodes;
using Loragate.Artifacts.Adapters;
using Loragate.Artifacts.Checkpoints;
using Loragate.Artifacts.Safetensors;
using Loragate.Testing;

namespace Loragate.MergeEngine.Planning;

/// <summary>Bases whose head is their embedding, and adapters that move one of the two, or both.</summary>
public sealed class UntyingTests : IDisposable
{
    private const string Tied = """{"model_type":"llama","tie_word_embeddings":true}""";
    private const string Embedding = "model.embed_tokens.weight";
    private const string Head = "lm_head.weight";
    private const int Tokens = 19;
    private const int Width = 8;

    private readonly TempFolder _temp = new();
    private readonly AnyFolder.Named _embedding = AnyFolder.Tensor(new Random(1), Embedding, Tokens, Width);
    private readonly AnyFolder.Named _query = AnyFolder.Tensor(new Random(2), "model.layers.0.q_proj.weight", 12, Width);

    [Fact]
    public void A_change_that_holds_for_both_meets_one_that_holds_for_the_embedding_and_is_refused()
    {
        var request = Request(WriteBase(), WriteTokens("tokens"), WriteEmbedding("embedding"));
        Assert.Contains(Assert.Throws<MergePlanException>(() => Merger.Merge(request)).Findings, f => f.Id == "tied-conflict" && f.Where == Embedding);
        Assert.False(Directory.Exists(request.Output));
    }

    [Fact]
    public void The_two_are_merged_one_after_the_other_as_the_refusal_advises()
    {
        var first = Request(WriteBase(), WriteTokens("tokens"));
        Merger.Merge(first);
        var second = Request(first.Output, WriteEmbedding("embedding")) with { Output = _temp.PathTo("twice") };
        Merger.Merge(second);
        AssertTie(second.Output, isTied: false);
        Assert.Equal(TensorOf(first.Output, Embedding), TensorOf(second.Output, Head));
    }

    [Fact]
    public void Replaced_rows_move_both_and_the_model_stays_tied()
    {
        var request = Request(WriteBase(), WriteTokens("tokens"));
        Assert.Equal([(Embedding, "rows")], Merger.Merge(request).Merged.Select(m => (m.Name, m.Delta)));
        AssertTie(request.Output, isTied: true);
    }

    [Fact]
    public void An_embedding_trained_with_ensure_weight_tying_moves_both_and_the_model_stays_tied()
    {
        var source = WriteBase();
        var request = Request(source, WriteEmbedding("embedding", ensuresTying: true));
        Assert.Equal([(Embedding, "embedding")], Merger.Merge(request).Merged.Select(m => (m.Name, m.Delta)));
        AssertTie(request.Output, isTied: true);
        AssertRestores(request, source);
    }

    [Fact]
    public void With_ensure_weight_tying_and_without_are_refused_together()
    {
        var request = Request(WriteBase(), WriteEmbedding("one", ensuresTying: true), WriteEmbedding("two"));
        Assert.Contains(Assert.Throws<MergePlanException>(() => Merger.Merge(request)).Findings, f => f.Id == "tied-conflict");
    }

    [Fact]
    public void A_stored_head_that_the_config_calls_tied_becomes_one_of_its_own_where_it_is_the_embedding()
    {
        var source = WriteBase(_embedding with { Name = Head });
        var request = Request(source, WriteEmbedding("embedding"));
        Assert.Equal([Embedding], Merger.Merge(request).Merged.Select(m => m.Name));
        AssertTie(request.Output, isTied: false);
        Assert.Equal(TensorOf(source, Head), TensorOf(request.Output, Head));
        Assert.NotEqual(TensorOf(source, Embedding), TensorOf(request.Output, Embedding));
        AssertRestores(request, source);
    }

    /// <summary>A reader that ties takes the embedding, one that does not takes the head: which of them the adapter was trained on nobody can tell.</summary>
    [Fact]
    public void A_stored_head_that_the_config_calls_tied_and_that_is_another_is_refused()
    {
        var request = Request(WriteBase(AnyFolder.Tensor(new Random(9), Head, Tokens, Width)), WriteEmbedding("embedding"));
        Assert.Contains(Assert.Throws<MergePlanException>(() => Merger.Merge(request)).Findings, f => f.Id == "tied-head" && f.Where == Head);
        Assert.False(Directory.Exists(request.Output));
    }

    [Fact]
    public void A_stored_head_stays_as_it_is_where_the_adapter_moves_neither()
    {
        var source = WriteBase(AnyFolder.Tensor(new Random(9), Head, Tokens, Width));
        var adapter = AnyFolder.WriteAdapter(_temp.PathTo("a"), Config("q_proj"), [AnyFolder.Tensor(new Random(3), Key("model.layers.0.q_proj.lora_A.weight"), 2, Width), AnyFolder.Tensor(new Random(4), Key("model.layers.0.q_proj.lora_B.weight"), 12, 2)]);
        var request = Request(source, adapter);
        Merger.Merge(request);
        AssertTie(request.Output, isTied: true);
        Assert.Equal(TensorOf(source, Head), TensorOf(request.Output, Head));
    }

    public void Dispose() => _temp.Dispose();

    private static string Key(string name) => AdapterKey.Prefix + name;

    private static JsonObject Config(params string[] targets) =>
        new() { ["peft_type"] = "LORA", ["r"] = 2, ["lora_alpha"] = 4, ["target_modules"] = new JsonArray([.. targets.Select(t => JsonValue.Create(t))]) };

    private string WriteBase(params AnyFolder.Named[] more) => AnyFolder.WriteBase(_temp.PathTo("base"), Tied, [_embedding, _query, .. more], DType.BF16);

    private string WriteEmbedding(string name, bool ensuresTying = false)
    {
        var config = Config("embed_tokens");
        if (ensuresTying)
            config["ensure_weight_tying"] = true;
        return AnyFolder.WriteAdapter(_temp.PathTo(name), config, [AnyFolder.Tensor(new Random(5), Key("model.embed_tokens.lora_embedding_A"), 2, Tokens), AnyFolder.Tensor(new Random(6), Key("model.embed_tokens.lora_embedding_B"), Width, 2)]);
    }

    private string WriteTokens(string name)
    {
        var config = Config();
        config["trainable_token_indices"] = new JsonArray(3, 7);
        return AnyFolder.WriteAdapter(_temp.PathTo(name), config, [AnyFolder.Tensor(new Random(7), Key("model.embed_tokens.token_adapter.trainable_tokens_delta"), 2, Width)]);
    }

    private MergeRequest Request(string source, params string[] adapters) => TinyModel.Request(source, _temp.PathTo("merged"), [.. adapters.Select(a => new WeightedAdapter(a))]);

    private static byte[] TensorOf(string folder, string name)
    {
        using var checkpoint = Checkpoint.Open(folder);
        return checkpoint.Tensor(name).ReadAll();
    }

    private static void AssertTie(string folder, bool isTied)
    {
        using var checkpoint = Checkpoint.Open(folder);
        Assert.Equal(isTied, checkpoint.Config.GetProperty("tie_word_embeddings").GetBoolean());
    }

    private void AssertRestores(MergeRequest request, string source)
    {
        Unmerger.Unmerge(TinyModel.Undo(request.Output, _temp.PathTo("restored")));
        MergerTests.AssertRestored(source, _temp.PathTo("restored"));
    }
}

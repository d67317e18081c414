using System.Text.Json.Nodes;
using Loragate.Artifacts.Adapters;
using Loragate.Artifacts.Checkpoints;
using Loragate.Artifacts.Safetensors;
using Loragate.MergeEngine.Inspecting;
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

    [Theory]
    [InlineData("lm_head", "embed_out")]
    [InlineData("lm_head", "model.lm_head")]
    public void A_tied_model_has_one_head_and_factors_of_another_are_refused_by_name(string head, string other)
    {
        var source = WriteBase();
        var single = Request(source, WriteHead("both", head, other));
        Assert.Contains(Assert.Throws<MergePlanException>(() => Merger.Merge(single)).Findings, f => f.Id == "absent-module" && f.Where == other);
        var several = Request(source, WriteHead("one", head), WriteHead("two", other));
        Assert.Contains(Assert.Throws<MergePlanException>(() => Merger.Merge(several)).Findings, f => f.Id == "absent-module" && f.Where == $"two, {other}");
        Assert.Contains(Inspector.Inspect(new InspectRequest { Adapter = single.Adapters[0].Folder, Base = source, Threads = 1, Version = "test" }).Findings, f => f.Id == "absent-module" && f.Where == other);
    }

    [Fact]
    public void Every_factor_that_the_receipt_calls_used_is_in_the_merged_weights()
    {
        var source = WriteBase();
        var receipt = Merger.Merge(Request(source, WriteHead("head", "lm_head"), WriteEmbedding("embedding")));
        Assert.Equal([Head, Embedding], receipt.Merged.Select(m => m.Name));
        Assert.All(receipt.Adapters.SelectMany(a => a.Tensors!).SelectMany(t => t.Tensors), used => Assert.Contains(receipt.Merged, m => m.Name == used && m.Fidelity.UpdateNorm > 0));
    }

    [Fact]
    public void GPT_NeoX_calls_its_head_embed_out()
    {
        const string Input = "gpt_neox.embed_in.weight";
        var source = AnyFolder.WriteBase(_temp.PathTo("base"), """{"model_type":"gpt_neox","tie_word_embeddings":true}""", [_embedding with { Name = Input }], DType.BF16);
        var receipt = Merger.Merge(Request(source, WriteEmbedding("embedding", module: "gpt_neox.embed_in")));
        Assert.Equal(["embed_out.weight", Input], receipt.Merged.Select(m => m.Name));
    }

    [Fact]
    public void The_two_names_of_a_seeing_models_head_are_one_head()
    {
        var source = AnyFolder.WriteBase(_temp.PathTo("base"), """{"model_type":"llava","vision_config":{},"tie_word_embeddings":true}""", [_embedding with { Name = "language_model.model.embed_tokens.weight" }], DType.BF16);
        var receipt = Merger.Merge(Request(source, WriteHead("older", "language_model.lm_head"), WriteHead("newer", "lm_head")));
        Assert.Equal([("language_model.lm_head.weight", "lora-sum")], receipt.Merged.Select(m => (m.Name, m.Delta)));
    }

    [Fact]
    public void A_tied_head_that_target_modules_names_must_be_in_the_adapter()
    {
        var adapter = AnyFolder.WriteAdapter(_temp.PathTo("torn"), Config("lm_head", "q_proj"), [AnyFolder.Tensor(new Random(3), Key("model.layers.0.q_proj.lora_A.weight"), 2, Width), AnyFolder.Tensor(new Random(4), Key("model.layers.0.q_proj.lora_B.weight"), 12, 2)]);
        var refusal = Assert.Throws<MergePlanException>(() => Merger.Merge(Request(WriteBase(), adapter)));
        Assert.Equal([("missing-module", "lm_head")], refusal.Findings.Select(f => (f.Id, f.Where)));
    }

    /// <summary>T5 multiplies by d_model^−½ before its head only while the config ties it: an untied copy would have other logits.</summary>
    [Theory]
    [InlineData("t5", false)]
    [InlineData("umt5", true)]
    public void A_model_that_scales_by_its_tie_is_not_untied(string type, bool head)
    {
        var source = AnyFolder.WriteBase(_temp.PathTo("base"), $$"""{"model_type":"{{type}}","tie_word_embeddings":true}""", [_embedding with { Name = "shared.weight" }], DType.BF16);
        var request = Request(source, head ? WriteHead("adapter", "lm_head") : WriteEmbedding("adapter", module: "shared"));
        Assert.Equal(["tied-scale"], Assert.Throws<MergePlanException>(() => Merger.Merge(request)).Findings.Select(f => f.Id));
        Assert.Contains(Inspector.Inspect(new InspectRequest { Adapter = request.Adapters[0].Folder, Base = source, Threads = 1, Version = "test" }).Findings, f => f.Id == "tied-scale");
    }

    [Fact]
    public void A_change_that_holds_for_both_leaves_such_a_model_tied()
    {
        var source = AnyFolder.WriteBase(_temp.PathTo("base"), """{"model_type":"t5","tie_word_embeddings":true}""", [_embedding with { Name = "shared.weight" }], DType.BF16);
        Assert.Equal(["shared.weight"], Merger.Merge(Request(source, WriteEmbedding("adapter", ensuresTying: true, module: "shared"))).Merged.Select(m => m.Name));
    }

    public void Dispose() => _temp.Dispose();

    private static string Key(string name) => AdapterKey.Prefix + name;

    private static JsonObject Config(params string[] targets) =>
        new() { ["peft_type"] = "LORA", ["r"] = 2, ["lora_alpha"] = 4, ["target_modules"] = new JsonArray([.. targets.Select(t => JsonValue.Create(t))]) };

    private string WriteBase(params AnyFolder.Named[] more) => AnyFolder.WriteBase(_temp.PathTo("base"), Tied, [_embedding, _query, .. more], DType.BF16);

    private string WriteHead(string name, params string[] modules) =>
        AnyFolder.WriteAdapter(_temp.PathTo(name), Config([.. modules]), [.. modules.SelectMany((module, i) => new[] { AnyFolder.Tensor(new Random(10 + i), Key(module + ".lora_A.weight"), 2, Width), AnyFolder.Tensor(new Random(20 + i), Key(module + ".lora_B.weight"), Tokens, 2) })]);

    private string WriteEmbedding(string name, bool ensuresTying = false, string module = "model.embed_tokens")
    {
        var config = Config(module);
        if (ensuresTying)
            config["ensure_weight_tying"] = true;
        return AnyFolder.WriteAdapter(_temp.PathTo(name), config, [AnyFolder.Tensor(new Random(5), Key(module + ".lora_embedding_A"), 2, Tokens), AnyFolder.Tensor(new Random(6), Key(module + ".lora_embedding_B"), Width, 2)]);
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

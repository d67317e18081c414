using System.Text.Json.Nodes;
using Loragate.Artifacts.Adapters;
using Loragate.Artifacts.Checkpoints;
using Loragate.Artifacts.Records.Auditing;
using Loragate.Artifacts.Safetensors;
using Loragate.Testing;

namespace Loragate.MergeEngine.Auditing;

/// <summary>What lies beside right weights: it must give the model that the merge means, and nothing that the base does not vouch for.</summary>
public sealed class AuditedFileTests : IDisposable
{
    private const string Query = "model.layers.0.q_proj";
    private const string Embedding = "model.embed_tokens";
    private const string Config = """{"model_type":"gemma","hidden_size":8}""";

    private readonly TempFolder _temp = new();

    [Theory]
    [InlineData("""{"model_type":"gemma","tie_word_embeddings":true}""")]
    [InlineData("""{"model_type":"gemma"}""")]
    [InlineData("""{"model_type":"gemma","tie_word_embeddings":false,"text_config":{"tie_word_embeddings":true}}""")]
    public void A_config_that_ties_the_head_that_the_merge_untied_is_told_whatever_the_tensors_say(string config)
    {
        var request = Merge("""{"model_type":"gemma","tie_word_embeddings":true}""", changesEmbedding: true);
        Assert.True(MergeAuditor.Audit(request).Equivalent);
        AssertDiffers(Say(request, Checkpoint.ConfigFile, config), Checkpoint.ConfigFile, "tie_word_embeddings");
    }

    [Fact]
    public void The_bases_own_config_beside_an_untied_head_is_told()
    {
        var request = Merge("""{"model_type":"gemma","tie_word_embeddings":true}""", changesEmbedding: true);
        File.Copy(Path.Combine(request.Base, Checkpoint.ConfigFile), Path.Combine(request.Merged, Checkpoint.ConfigFile), overwrite: true);
        AssertDiffers(request, Checkpoint.ConfigFile, "tie_word_embeddings");
    }

    /// <summary>Llama's class does not tie where the file is silent, so that a tool may leave the key out.</summary>
    [Fact]
    public void A_config_that_leaves_the_tie_to_a_class_that_does_not_tie_is_right()
    {
        var request = Merge("""{"model_type":"llama","tie_word_embeddings":true}""", changesEmbedding: true);
        Assert.True(MergeAuditor.Audit(Say(request, Checkpoint.ConfigFile, """{"model_type":"llama"}""")).Equivalent);
    }

    [Theory]
    [InlineData("""{"model_type":"llama","tie_word_embeddings":false}""", """{"model_type":"llama","tie_word_embeddings":true}""")]
    [InlineData("""{"model_type":"llama"}""", """{"model_type":"llama","tie_word_embeddings":true}""")]
    [InlineData("""{"model_type":"gemma"}""", """{"model_type":"gemma","tie_word_embeddings":false}""")]
    public void A_tie_that_the_base_does_not_have_is_told(string before, string after) =>
        AssertDiffers(Say(Merge(before), Checkpoint.ConfigFile, after), Checkpoint.ConfigFile, "tie_word_embeddings");

    [Theory]
    [InlineData("""{"model_type":"llama"}""", """{"model_type":"llama","tie_word_embeddings":false}""")]
    [InlineData("""{"model_type":"gemma","tie_word_embeddings":true}""", """{"model_type":"gemma"}""")]
    public void A_tie_that_is_left_to_the_class_or_said_is_the_same(string before, string after) =>
        Assert.True(MergeAuditor.Audit(Say(Merge(before), Checkpoint.ConfigFile, after)).Equivalent);

    /// <summary>Our own merge into another type names that type in the configs of the parts too.</summary>
    [Fact]
    public void A_merge_of_a_model_of_parts_is_the_merge_in_another_type_too()
    {
        var request = Merge("""{"model_type":"any","dtype":"float32","text_config":{"dtype":"float32","hidden_size":8,"deeper_config":{"torch_dtype":"float32"}}}""", output: DType.BF16);
        Assert.True(MergeAuditor.Audit(request).Equivalent);
        var config = JsonNode.Parse(File.ReadAllText(Path.Combine(request.Merged, Checkpoint.ConfigFile)))!;
        config["text_config"]!["hidden_size"] = 9;
        AssertDiffers(Say(request, Checkpoint.ConfigFile, config.ToJsonString()), Checkpoint.ConfigFile, "text_config.hidden_size");
    }

    [Theory]
    [InlineData("\"auto_map\":{\"AutoModel\":\"modeling.Model\"}", "auto_map")]
    [InlineData("\"quantization_config\":{\"load_in_4bit\":true}", "quantization_config")]
    [InlineData("\"rope_scaling\":{\"type\":\"linear\",\"factor\":2.0}", "rope_scaling")]
    [InlineData("\"rope_parameters\":{\"rope_type\":\"default\",\"rope_theta\":10000.0,\"factor\":2.0}", "rope_parameters")]
    public void A_key_that_changes_the_model_or_names_code_is_told_where_the_base_is_silent(string added, string key) =>
        AssertDiffers(Say(Merge(Config), Checkpoint.ConfigFile, $$"""{"model_type":"gemma","hidden_size":8,{{added}}}"""), Checkpoint.ConfigFile, key);

    [Theory]
    [InlineData("\"vocab_size\":3,\"rope_scaling\":null,\"attention_bias\":false", "attention_bias,rope_scaling,vocab_size")]
    [InlineData("\"rope_parameters\":{\"rope_type\":\"default\",\"rope_theta\":10000.0}", "rope_parameters")]
    public void Keys_that_tools_write_by_default_are_listed_and_do_not_count(string added, string keys)
    {
        var audit = MergeAuditor.Audit(Say(Merge(Config), Checkpoint.ConfigFile, $$"""{"model_type":"gemma","hidden_size":8,{{added}}}"""));
        Assert.True(audit.Equivalent);
        Assert.Equal(keys, string.Join(',', Assert.Single(audit.Files).Keys));
    }

    /// <summary>transformers 5 writes one key where 4 had two, and by kind of layer where kinds differ.</summary>
    [Theory]
    [InlineData("\"rope_parameters\":{\"rope_type\":\"linear\",\"factor\":8.0,\"rope_theta\":1000000.0}", true)]
    [InlineData("\"rope_parameters\":{\"full_attention\":{\"rope_type\":\"linear\",\"factor\":8.0,\"rope_theta\":1000000.0},\"sliding_attention\":{\"rope_type\":\"default\",\"rope_theta\":10000.0}}", true)]
    [InlineData("\"rope_parameters\":{\"rope_type\":\"linear\",\"factor\":4.0,\"rope_theta\":1000000.0}", false)]
    [InlineData("\"rope_parameters\":{\"rope_type\":\"linear\",\"factor\":8.0,\"rope_theta\":1000000.0},\"rope_theta\":5", false)]
    [InlineData("\"rope_parameters\":{\"rope_type\":\"linear\",\"factor\":8.0,\"rope_theta\":1000000.0},\"rope_scaling\":{\"rope_type\":\"linear\",\"factor\":16.0}", false)]
    [InlineData("\"rope_parameters\":{\"rope_type\":\"linear\",\"factor\":8.0,\"rope_theta\":10000.0}", false)]
    [InlineData("\"rope_theta\":1000000.0", false)]
    public void Positions_are_compared_whichever_keys_hold_them(string after, bool isSame)
    {
        var request = Say(Merge("""{"model_type":"gemma","rope_theta":1000000,"rope_scaling":{"type":"linear","factor":8}}"""), Checkpoint.ConfigFile, $$"""{"model_type":"gemma",{{after}}}""");
        Assert.Equal(isSame, MergeAuditor.Audit(request).Equivalent);
    }

    [Theory]
    [InlineData("chat_template.jinja", "{{ evil }}")]
    [InlineData("additional_chat_templates/tool_use.jinja", "{{ evil }}")]
    [InlineData("tokenizer_config.json", """{"chat_template":"{{ evil }}"}""")]
    [InlineData("tokenizer_config.json", """{"auto_map":{"AutoTokenizer":["evil.Tokenizer",null]}}""")]
    [InlineData("generation_config.json", """{"do_sample":true,"temperature":5.0}""")]
    [InlineData("generation_config.json", "[]")]
    [InlineData("tokenizer.json", "{}")]
    [InlineData("modeling.py", "print()")]
    [InlineData("custom_generate/generate.py", "print()")]
    [InlineData("processor_config.json", """{"auto_map":{"AutoProcessor":"evil.Processor"}}""")]
    public void A_file_that_the_base_does_not_have_and_that_loaders_follow_is_told(string name, string text)
    {
        var request = Merge(Config);
        File.WriteAllText(Path.Combine(request.Base, "vocab.json"), "{}");
        File.WriteAllText(Path.Combine(request.Merged, "vocab.json"), "{}");
        AssertDiffers(Say(request, name, text), name, null);
    }

    [Theory]
    [InlineData(2, true)]
    [InlineData(5, false)]
    public void Generation_ends_with_the_models_own_token(int end, bool isSame)
    {
        var request = Say(Merge("""{"model_type":"llama","eos_token_id":2}"""), "generation_config.json", $$"""{"eos_token_id":{{end}}}""");
        Assert.Equal(isSame, MergeAuditor.Audit(request).Equivalent);
    }

    [Theory]
    [InlineData("generation_config.json", """{"_from_model_config":true,"bos_token_id":2,"hidden_size":8,"transformers_version":"5"}""")]
    [InlineData("special_tokens_map.json", "{}")]
    [InlineData("tokenizer.json", "{}")]
    [InlineData("chat_template.jinja", "{{ messages }}")]
    public void A_file_that_tools_add_is_shown_and_does_not_count(string name, string text)
    {
        var request = Merge(Config);
        File.WriteAllText(Path.Combine(request.Base, "tokenizer_config.json"), """{"chat_template":"{{ messages }}"}""");
        var audit = MergeAuditor.Audit(Say(request, name, text));
        Assert.Equal(FileVerdict.Added, audit.Files.Single(f => f.Path == name).Verdict);
        Assert.True(audit.Equivalent);
    }

    public void Dispose() => _temp.Dispose();

    private static void AssertDiffers(AuditRequest request, string file, string? key)
    {
        var audit = MergeAuditor.Audit(request);
        var found = audit.Files.Single(f => f.Path == file);
        Assert.Equal(FileVerdict.Differs, found.Verdict);
        if (key is not null)
            Assert.Contains(key, found.Keys);
        Assert.All(audit.Tensors, t => Assert.True(MergeAuditor.IsRight(t.Verdict)));
        Assert.False(audit.Equivalent);
    }

    private static AuditRequest Say(AuditRequest request, string file, string text)
    {
        var path = Path.Combine(request.Merged, file);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllText(path, text);
        return request;
    }

    private AuditRequest Merge(string config, bool changesEmbedding = false, DType? output = null)
    {
        var random = new Random(1);
        var baseFolder = AnyFolder.WriteBase(_temp.PathTo("base"), config, [AnyFolder.Tensor(random, Embedding + ".weight", 19, 8), AnyFolder.Tensor(random, Query + ".weight", 12, 8)], DType.F32);
        AnyFolder.Named Factor(string name, params long[] shape) => AnyFolder.Tensor(random, AdapterKey.Prefix + name, shape);
        var (names, factors) = changesEmbedding
            ? ("embed_tokens", new[] { Factor(Embedding + ".lora_embedding_A", 2, 19), Factor(Embedding + ".lora_embedding_B", 8, 2) })
            : ("q_proj", [Factor(Query + ".lora_A.weight", 2, 8), Factor(Query + ".lora_B.weight", 12, 2)]);
        var settings = JsonNode.Parse($$"""{"peft_type":"LORA","base_model_name_or_path":"base","r":2,"lora_alpha":2,"target_modules":["{{names}}"]}""")!.AsObject();
        var adapter = new WeightedAdapter(AnyFolder.WriteAdapter(_temp.PathTo("adapter"), settings, factors));
        Merger.Merge(TinyModel.Request(baseFolder, _temp.PathTo("merged"), adapter) with { OutputType = output, WithUndo = false });
        return new AuditRequest { Base = baseFolder, Adapters = [adapter], Merged = _temp.PathTo("merged"), Threads = 1, Version = "test" };
    }
}

using System.Text.Json.Nodes;
using Loragate.Artifacts;
using Loragate.Artifacts.Checkpoints;
using Loragate.Artifacts.Safetensors;
using Loragate.EvalHarness.Models;
using Loragate.Testing;
using static TorchSharp.torch;

namespace Loragate.EvalHarness.Tests.Models;

[Collection(nameof(Torch))]
public sealed class LoadingTests : IDisposable
{
    private static readonly int[] Ids = [3, 1, 4, 1, 5, 9, 2, 6];

    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_tied_model_is_the_untied_one_with_its_embedding_as_head()
    {
        var llama = new TinyLlama();
        llama.Tensors["lm_head.weight"] = llama.Tensors["model.embed_tokens.weight"];
        using var untied = Load.Model(llama.Write(_folder, "untied"));
        using var tied = Load.Model(llama.Tied().Write(_folder, "tied"));
        Assert.Equal(untied.Logits(Ids), tied.Logits(Ids));
    }

    [Fact]
    public void A_tied_model_may_carry_an_equal_copy_of_its_head()
    {
        var llama = new TinyLlama();
        llama.Tensors["lm_head.weight"] = llama.Tensors["model.embed_tokens.weight"];
        llama.Config["tie_word_embeddings"] = true;
        using var copy = Load.Model(llama.Write(_folder, "copy"));
        using var tied = Load.Model(llama.Tied().Write(_folder, "tied"));
        Assert.Equal(tied.Logits(Ids), copy.Logits(Ids));
    }

    [Fact]
    public void A_tied_model_with_another_head_is_refused()
    {
        var llama = new TinyLlama();
        llama.Config["tie_word_embeddings"] = true;
        AssertRefused(llama, "lm_head.weight", "differs");
    }

    /// <summary>A key that is NaN leaves every logit finite: attention on a CPU takes such a token for one that it must not see.</summary>
    [Theory]
    [InlineData("model.layers.0.self_attn.k_proj.weight", float.NaN, DType.F32)]
    [InlineData("model.layers.1.self_attn.k_proj.weight", float.NaN, DType.BF16)]
    [InlineData("model.layers.1.mlp.down_proj.weight", float.PositiveInfinity, DType.F16)]
    [InlineData("model.norm.weight", float.NegativeInfinity, DType.BF16)]
    public void A_weight_that_is_not_finite_is_refused_with_file_and_tensor(string name, float value, DType type)
    {
        var llama = new TinyLlama { DType = type };
        llama.Tensors[name].Values[^1] = value;
        AssertRefused(llama, $"model.safetensors, tensor '{name}'", "NaN or infinity");
    }

    [Fact]
    public void Shards_give_the_same_bits_as_one_file()
    {
        using var single = Load.Model(new TinyLlama().Write(_folder));
        using var sharded = Load.Model(new TinyLlama().WriteSharded(_folder, 3));
        Assert.Equal(single.Logits(Ids), sharded.Logits(Ids));
    }

    [Theory]
    [InlineData(DType.BF16)]
    [InlineData(DType.F16)]
    public void A_half_type_is_widened_exactly(DType type)
    {
        using var wide = Load.Model(new TinyLlama().Write(_folder, "wide"));
        using var half = Load.Model(new TinyLlama { DType = type }.Write(_folder, "half"));
        Assert.Equal(wide.Logits(Ids), half.Logits(Ids));
    }

    [Theory]
    [InlineData(DType.BF16)]
    [InlineData(DType.F16)]
    [InlineData(DType.F32)]
    public void Stored_precision_computes_in_the_checkpoints_type(DType type)
    {
        using var model = Load.Model(new TinyLlama { DType = type }.Write(_folder), Precision.Stored);
        using var wide = Load.Model(new TinyLlama().Write(_folder, "wide"));
        var off = model.Logits(Ids).Zip(wide.Logits(Ids), (a, b) => a.Zip(b, (x, y) => Math.Abs(x - y)).Max()).Max();
        // bfloat16 keeps 8 bits of logits of magnitude 10; float32 must be the same computation.
        Assert.InRange(off, type == DType.F32 ? 0 : 1e-6, type == DType.F32 ? 0 : 0.5);
    }

    [Fact]
    public void Mixed_types_are_widened_but_not_computed_in_as_stored()
    {
        var llama = new TinyLlama { DType = DType.BF16 };
        llama.OtherTypes["model.norm.weight"] = DType.F32;
        using var wide = Load.Model(llama.Write(_folder));
        Assert.NotEmpty(wide.Logits(Ids));
        using var checkpoint = Checkpoint.Open(Path.Combine(_folder.Path, "model"));
        var refusal = Assert.Throws<ModelException>(() => LanguageModel.Load(checkpoint, Precision.Stored, CPU, TestContext.Current.CancellationToken));
        Assert.Contains("BF16, F32", refusal.Message.Replace("F32, BF16", "BF16, F32", StringComparison.Ordinal), StringComparison.Ordinal);
    }

    [Fact]
    public void A_weight_in_double_is_refused()
    {
        var llama = new TinyLlama();
        llama.OtherTypes["model.norm.weight"] = DType.F64;
        AssertRefused(llama, "model.norm.weight", "F64");
    }

    [Fact]
    public void Every_missing_tensor_is_refused_by_name()
    {
        foreach (var name in new TinyLlama().Tensors.Keys)
        {
            var llama = new TinyLlama();
            llama.Tensors.Remove(name);
            AssertRefused(llama, name, "missing", $"without {name}");
        }
    }

    [Fact]
    public void Every_wrong_shape_is_refused_by_name()
    {
        foreach (var (name, (shape, _)) in new TinyLlama().Tensors)
            AssertRefused(new TinyLlama().Add(name, [.. shape.Take(shape.Length - 1), shape[^1] + 1]), name, "shape", $"other {name}");
    }

    [Theory]
    [InlineData("model.layers.2.input_layernorm.weight")]
    [InlineData("model.layers.0.self_attn.q_proj.bias")]
    [InlineData("base_model.model.model.layers.0.self_attn.q_proj.lora_A.weight")]
    [InlineData("score.weight")]
    public void A_surplus_tensor_is_refused_by_name(string name) => AssertRefused(new TinyLlama().Add(name, 16), name, "no such tensor");

    [Fact]
    public void Old_frequency_buffers_are_no_surplus()
    {
        using var model = Load.Model(new TinyLlama().Add("model.layers.0.self_attn.rotary_emb.inv_freq", 2).Write(_folder));
        Assert.Equal(50, model.VocabularySize);
    }

    [Theory]
    [InlineData("sliding_window", "16")]
    [InlineData("use_sliding_window", "true")]
    [InlineData("quantization_config", """{"bits": 4}""")]
    [InlineData("hidden_act", "\"mish\"")]
    [InlineData("rope_scaling", """{"type": "proportional", "factor": 2.0}""")]
    [InlineData("rope_parameters", """{"rope_type": "longrope2", "rope_theta": 10000.0}""")]
    [InlineData("num_hidden_layers", "1.0")]
    [InlineData("rope_theta", "-1")]
    [InlineData("rope_theta", "\"10000\"")]
    [InlineData("hidden_size", "15")]
    [InlineData("hidden_size", "16.5")]
    [InlineData("num_key_value_heads", "3")]
    [InlineData("num_key_value_heads", "8")]
    [InlineData("num_attention_heads", "0")]
    [InlineData("head_dim", "3")]
    [InlineData("num_hidden_layers", "100000")]
    [InlineData("vocab_size", "null")]
    [InlineData("rms_norm_eps", "0")]
    [InlineData("rope_interleaved", "true")]
    [InlineData("layer_types", """["full_attention", "sliding_attention"]""")]
    [InlineData("tie_word_embeddings", "1")]
    [InlineData("auto_map", """{"AutoModel": "x.Y"}""")]
    [InlineData("logit_scale", "0.5")]
    public void A_config_key_that_is_wrong_or_not_understood_is_refused_by_name(string key, string value)
    {
        var llama = new TinyLlama();
        llama.Config[key] = JsonNode.Parse(value);
        var refusal = AssertRefused(llama, "config.json", "");
        Assert.Contains(value is "\"mish\"" ? "mish" : key is "rope_scaling" or "rope_parameters" ? "rope_type" : key, refusal.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{"rope_theta": 500.0, "rope_type": "default"}""", "rope_theta")]
    [InlineData("""{"rope_type": "default", "partial_rotary_factor": 0.5}""", "partial_rotary_factor")]
    [InlineData("""{"rope_type": "default", "surprise": 1}""", "surprise")]
    [InlineData("""{"rope_type": "linear"}""", "factor")]
    [InlineData("""{"rope_type": "llama3", "factor": 8, "low_freq_factor": 4, "high_freq_factor": 1, "original_max_position_embeddings": 16}""", "high_freq_factor")]
    [InlineData("""{"rope_type": "yarn", "factor": 8}""", "original_max_position_embeddings")]
    [InlineData("""{"rope_type": "yarn", "type": "linear", "factor": 8}""", "type")]
    [InlineData("""{"rope_type": "dynamic"}""", "factor")]
    [InlineData("""{"rope_type": "longrope", "original_max_position_embeddings": 32}""", "short_factor")]
    [InlineData("""{"rope_type": "longrope", "original_max_position_embeddings": 32, "short_factor": [1.0], "long_factor": [1.0, 2.0]}""", "short_factor")]
    [InlineData("""{"rope_type": "longrope", "original_max_position_embeddings": 32, "short_factor": [1.0, 1.0], "long_factor": [1.0, 0.0]}""", "long_factor")]
    public void Rotary_parameters_that_contradict_are_refused_by_name(string value, string key)
    {
        var llama = new TinyLlama();
        llama.Config["rope_parameters"] = JsonNode.Parse(value);
        Assert.Contains(key, AssertRefused(llama, "config.json", "").Message, StringComparison.Ordinal);
    }

    /// <summary>
    /// transformers' _compute_dynamic_ntk_parameters: with a sequence of at most max_position_embeddings the base is θ · ((f·1) − (f − 1)), to some power: θ itself.
    /// Longer sequences, for which θ grows, no model here takes.
    /// </summary>
    [Theory]
    [InlineData(2)]
    [InlineData(8)]
    public void Dynamic_positions_are_the_plain_ones_up_to_the_longest_sequence(double factor)
    {
        using var other = new TempFolder();
        var dynamic = new TinyLlama();
        dynamic.Config["rope_parameters"] = JsonNode.Parse($$"""{"rope_type": "dynamic", "factor": {{factor}}}""");
        using var plain = Load.Model(new TinyLlama().Write(_folder));
        using var stretched = Load.Model(dynamic.Write(other));
        int[] longest = [.. Enumerable.Range(0, plain.MaxLength).Select(i => Ids[i % Ids.Length])];
        Assert.Equal(plain.Logits(longest), stretched.Logits(longest));
        Assert.Throws<ModelException>(() => stretched.Logits([.. longest, 1]));
    }

    [Fact]
    public void A_config_that_is_cut_off_anywhere_is_refused_by_file()
    {
        var folder = new TinyLlama().Write(_folder);
        var path = Path.Combine(folder, "config.json");
        var whole = File.ReadAllBytes(path);
        for (var length = 0; length < whole.AsSpan().TrimEnd(" \n"u8).Length; length++)
        {
            File.WriteAllBytes(path, whole[..length]);
            var refusal = Assert.ThrowsAny<MalformedInputException>(() => Load.Model(folder));
            Assert.StartsWith(path, refusal.Place, StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("vocab_size", int.MaxValue)]
    [InlineData("hidden_size", 1 << 30)]
    [InlineData("intermediate_size", int.MaxValue)]
    [InlineData("max_position_embeddings", int.MaxValue)]
    [InlineData("head_dim", 1 << 16)]
    public void A_size_that_the_weights_do_not_have_costs_no_memory(string key, int value)
    {
        var llama = new TinyLlama();
        llama.Config[key] = value;
        var folder = llama.Write(_folder);
        var before = GC.GetAllocatedBytesForCurrentThread();
        var fault = Record.Exception(() => Load.Model(folder).Dispose());
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 4 << 20);
        if (key == "max_position_embeddings")
            Assert.Null(fault);
        else
            Assert.IsType<ModelException>(fault);
    }

    [Theory]
    [InlineData("rope_parameters")]
    [InlineData("rope_scaling")]
    public void Rotary_parameters_of_old_and_new_configs_mean_the_same(string key)
    {
        using var plain = Load.Model(new TinyLlama().Write(_folder, "plain"));
        var llama = new TinyLlama();
        llama.Config[key] = JsonNode.Parse("""{"rope_type": "linear", "factor": 1.0}""");
        using var scaled = Load.Model(llama.Write(_folder, "scaled"));
        Assert.Equal(plain.Logits(Ids), scaled.Logits(Ids));
    }

    [Fact]
    public void Another_hidden_activation_changes_the_logits()
    {
        float[][] Run(string name)
        {
            var llama = new TinyLlama();
            llama.Config["hidden_act"] = name;
            using var model = Load.Model(llama.Write(_folder, name));
            return model.Logits(Ids);
        }

        var (silu, gelu, tanh) = (Run("silu"), Run("gelu"), Run("gelu_new"));
        Assert.NotEqual(silu, gelu);
        Assert.NotEqual(gelu, tanh);
        // The tanh approximation is within 1e-3 of the error function; weights of 0.75 and two layers multiply that.
        Assert.InRange(gelu[^1].Zip(tanh[^1], (a, b) => Math.Abs(a - b)).Max(), 0, 0.05);
        Assert.Equal(tanh, Run("gelu_pytorch_tanh"));
        Assert.Equal(silu, Run("swish"));
    }

    [Fact]
    public void A_token_beyond_the_vocabulary_is_refused()
    {
        using var model = Load.Model(new TinyLlama().Write(_folder));
        Assert.Contains("id 50", Assert.Throws<ModelException>(() => model.Logits(1, 50)).Message, StringComparison.Ordinal);
        Assert.Throws<ModelException>(() => model.Logits(-1));
    }

    [Fact]
    public void Loading_stops_when_asked()
    {
        using var checkpoint = Checkpoint.Open(new TinyLlama().Write(_folder));
        Assert.ThrowsAny<OperationCanceledException>(() => LanguageModel.Load(checkpoint, Precision.Float32, CPU, new CancellationToken(canceled: true)));
    }

    private ModelException AssertRefused(TinyLlama llama, string place, string fault, string folder = "bent")
    {
        using var checkpoint = Checkpoint.Open(llama.Write(_folder, folder));
        var refusal = Assert.Throws<ModelException>(() => LanguageModel.Load(checkpoint, Precision.Float32, CPU, TestContext.Current.CancellationToken));
        Assert.Contains(place, refusal.Place, StringComparison.Ordinal);
        Assert.Contains(fault, refusal.Fault, StringComparison.Ordinal);
        return refusal;
    }
}

using System.Text.Json;
using System.Text.Json.Nodes;
using Loragate.Artifacts;
using Loragate.Artifacts.Checkpoints;
using Loragate.Artifacts.Folders;
using Loragate.Artifacts.Records.Extracting;
using Loragate.Artifacts.Safetensors;
using Loragate.MergeEngine.Combining;
using Loragate.Testing;

namespace Loragate.MergeEngine.Extracting;

public sealed class ExtractorTests : IDisposable
{
    private readonly TempFolder _temp = new();
    private readonly string _base;

    public ExtractorTests() => _base = TinyModel.WriteBase(_temp.PathTo("base"), DType.F32, sharded: true);

    [Fact]
    public void The_adapter_that_was_merged_in_float32_comes_back_at_its_rank()
    {
        var adapter = TinyModel.WriteAdapter(_temp.PathTo("adapter"));
        Merger.Merge(TinyModel.Request(_base, _temp.PathTo("tuned"), new WeightedAdapter(adapter)));
        var receipt = Extract("tuned", 4)!;
        var (original, found) = (ProductOf.Folder(adapter), ProductOf.Folder(_temp.PathTo("out")));
        Assert.Equal(original.Keys, found.Keys);
        foreach (var (module, product) in found)
        {
            // Merging rounded 24·21 weights below 1/8 by at most 2⁻²⁸ each; the factors are rounded by 2⁻²⁴ of Σσ, twice.
            var sigma = receipt.Modules.Single(m => m.Module == module).SingularValues.Sum();
            var bound = Math.Sqrt(24 * 21) * Math.ScaleB(1, -28) + Math.ScaleB(2 * sigma, -24);
            Assert.InRange(ProductOf.Norm(ProductOf.Minus(product, original[module])), 0, bound);
        }
        Assert.All(receipt.Modules, m => Assert.InRange(m.Captured, 1 - 1e-10, 1));
        Assert.Empty(receipt.Uncaptured);
        Assert.Equal(2, receipt.Unchanged);
    }

    [Theory]
    [InlineData(DType.F32, 3)]
    [InlineData(DType.BF16, 3)]
    [InlineData(DType.F16, 21)]
    public void The_certificate_is_the_error_of_the_stored_adapter(DType type, int rank)
    {
        TinyModel.WriteBase(_temp.PathTo("tuned"), DType.F32, change: (name, values) => name.EndsWith("proj.weight", StringComparison.Ordinal) ? Noise(values, name.Length) : values);
        var receipt = Extractor.Extract(Request("tuned", rank) with { OutputType = type })!;
        var found = ProductOf.Folder(_temp.PathTo("out"));
        using var before = Checkpoint.Open(_base);
        using var after = Checkpoint.Open(_temp.PathTo("tuned"));
        foreach (var module in receipt.Modules)
        {
            var exact = ProductOf.Minus(ProductOf.Read(after.Tensor(module.Tensor).Shard, module.Tensor), ProductOf.Read(before.Tensor(module.Tensor).Shard, module.Tensor));
            Assert.Equal(ProductOf.Norm(exact), module.UpdateNorm, 1e-13);
            Assert.Equal(ProductOf.Norm(ProductOf.Minus(exact, found[module.Module])), module.Error, 1e-13);
            Assert.Equal(rank, module.Rank);
            var optimal = Algebra.SingularValues.Of(new Algebra.Matrix(exact.GetLength(0), exact.GetLength(1), [.. exact.Cast<double>()])).Values;
            Assert.Equal(optimal.Take(rank).Sum(s => s * s) / (module.UpdateNorm * module.UpdateNorm), module.Captured, 1e-9);
            Assert.Equal(module.UpdateNorm * module.UpdateNorm / (optimal[0] * optimal[0]), module.StableRank, 1e-6);
            // What truncation must leave, and one rounding of each factor to the type on top.
            var unit = Math.ScaleB(1, type switch { DType.F32 => -24, DType.BF16 => -9 + 1, _ => -11 });
            Assert.InRange(module.Error, Math.Sqrt(optimal.Skip(rank).Sum(s => s * s)) * (1 - 1e-9), Math.Sqrt(optimal.Skip(rank).Sum(s => s * s)) + 3 * unit * optimal.Take(rank).Sum());
        }
    }

    [Fact]
    public void The_same_bytes_with_any_number_of_threads_and_on_any_device()
    {
        TinyModel.WriteBase(_temp.PathTo("tuned"), DType.F32, change: (name, values) => Noise(values, name.Length));
        var first = Request("tuned", 5) with { Threads = 1, Output = _temp.PathTo("first"), Uncaptured = UncapturedChange.Save };
        SameOnTorch.AssertExtraction(first, Extractor.Extract(first)!, _temp.PathTo("third"));
        Extractor.Extract(Request("tuned", 5) with { Threads = 7, Output = _temp.PathTo("second"), Uncaptured = UncapturedChange.Save });
        Assert.Equal(FolderManifest.Read(_temp.PathTo("first")).Digest, FolderManifest.Read(_temp.PathTo("second")).Digest);
    }

    [Fact]
    public void Nothing_changed_gives_no_adapter()
    {
        TinyModel.WriteBase(_temp.PathTo("tuned"), DType.F32, change: (_, values) => values);
        Assert.Null(Extract("tuned", 4));
        AssertNothingWritten();
    }

    [Fact]
    public void Changed_norms_and_embeddings_are_listed_saved_or_refused()
    {
        TinyModel.WriteBase(_temp.PathTo("tuned"), DType.F32, change: (name, values) => name.Contains("o_proj", StringComparison.Ordinal) ? values : Noise(values, name.Length));
        var listed = Extract("tuned", 4)!;
        Assert.Equal([TinyModel.Query], listed.Modules.Select(m => m.Module));
        Assert.Equal([TinyModel.Embedding, "model.norm.weight"], listed.Uncaptured.Select(u => u.Name));
        Assert.All(listed.Uncaptured, u => Assert.True(u.UpdateNorm > 0 && !u.Saved));

        var saved = Extractor.Extract(Request("tuned", 4) with { Output = _temp.PathTo("saved"), Uncaptured = UncapturedChange.Save })!;
        Assert.All(saved.Uncaptured, u => Assert.True(u.Saved));
        using var tuned = Checkpoint.Open(_temp.PathTo("tuned"));
        using var adapter = SafetensorsFile.Open(_temp.PathTo("saved", "adapter_model.safetensors"));
        foreach (var name in saved.Uncaptured.Select(u => u.Name))
            Assert.Equal(tuned.Tensor(name).ReadAll(), adapter.ReadAll(adapter.Find("base_model.model." + name)!));
        using var config = JsonDocument.Parse(File.ReadAllBytes(_temp.PathTo("saved", "adapter_config.json")));
        Assert.Equal(["model.embed_tokens", "model.norm"], config.RootElement.GetProperty("modules_to_save").EnumerateArray().Select(m => m.GetString()));

        var refusal = Assert.Throws<ExtractException>(() => Extractor.Extract(Request("tuned", 4) with { Output = _temp.PathTo("out2"), Uncaptured = UncapturedChange.Refuse }));
        Assert.Contains("model.norm.weight", refusal.Message, StringComparison.Ordinal);
        Assert.False(Directory.Exists(_temp.PathTo("out2")));
    }

    [Fact]
    public void A_change_that_no_linear_layer_has_is_refused()
    {
        TinyModel.WriteBase(_temp.PathTo("tuned"), DType.F32, change: (name, values) => name.Contains("norm", StringComparison.Ordinal) ? Noise(values, 1) : values);
        Assert.Contains("model.norm.weight", Assert.Throws<ExtractException>(() => Extract("tuned", 4)).Message, StringComparison.Ordinal);
        AssertNothingWritten();
    }

    [Fact]
    public void Ranks_that_differ_stand_in_patterns_and_the_adapter_merges()
    {
        // Multiples of 1/64 below 1/8, whose sums of products times 1.5 float32 holds exactly: the change has no rank but its own.
        var adapter = TinyModel.WriteAdapter(_temp.PathTo("adapter"), change: (name, values) =>
            [.. values.Select((v, i) => name.EndsWith("o_proj.lora_B.weight", StringComparison.Ordinal) && i % 4 != 0 ? 0 : MathF.Round(v * 64) / 64)]);
        var wide = TinyModel.WriteBase(_temp.PathTo("zero"), DType.F32, change: (_, values) => new float[values.Length]);
        Merger.Merge(TinyModel.Request(wide, _temp.PathTo("tuned"), new WeightedAdapter(adapter)));
        var receipt = Extractor.Extract(Request("tuned", 21) with { Base = wide })!;
        Assert.Equal([(TinyModel.Output, 1), (TinyModel.Query, 4)], receipt.Modules.Select(m => (m.Module, m.Rank)));
        using var config = JsonDocument.Parse(File.ReadAllBytes(_temp.PathTo("out", "adapter_config.json")));
        Assert.Equal((4, 4), (config.RootElement.GetProperty("r").GetInt32(), config.RootElement.GetProperty("lora_alpha").GetInt32()));
        foreach (var pattern in new[] { "rank_pattern", "alpha_pattern" })
            Assert.Equal([(@"^model\.layers\.0\.o_proj", 1)], config.RootElement.GetProperty(pattern).EnumerateObject().Select(p => (p.Name, p.Value.GetInt32())));
        Assert.All(receipt.Modules, m => Assert.InRange(m.Error, 0, 1e-6 * m.UpdateNorm));
        Assert.Equal(2, Merger.Merge(TinyModel.Request(wide, _temp.PathTo("again"), new WeightedAdapter(_temp.PathTo("out")))).Merged.Count);
    }

    [Fact]
    public void A_transposed_layer_of_GPT2_gets_its_factors_the_right_way_round()
    {
        foreach (var (folder, seed) in new[] { ("gbase", 1), ("gtuned", 2) })
        {
            Directory.CreateDirectory(_temp.PathTo(folder));
            File.WriteAllText(_temp.PathTo(folder, "config.json"), """{"model_type":"gpt2"}""");
            using var writer = SafetensorsWriter.Create(_temp.PathTo(folder, "model.safetensors"), [new TensorPlan("h.0.attn.c_attn.weight", DType.F32, [8, 24]), new TensorPlan("wte.weight", DType.F32, [5, 8])], new Dictionary<string, string>());
            var random = new Random(seed);
            var bytes = new byte[4 * 8 * 24];
            for (var i = 0; i < bytes.Length; i += 4)
                BitConverter.TryWriteBytes(bytes.AsSpan(i), (float)random.NextDouble());
            writer.Write("h.0.attn.c_attn.weight", 0, bytes);
            writer.Write("wte.weight", 0, new byte[160]);
        }
        var receipt = Extractor.Extract(Request("gtuned", 8) with { Base = _temp.PathTo("gbase") })!;
        Assert.Equal("transformer.h.0.attn.c_attn", Assert.Single(receipt.Modules).Module);
        Merger.Merge(TinyModel.Request(_temp.PathTo("gbase"), _temp.PathTo("merged"), new WeightedAdapter(_temp.PathTo("out"))));
        using var merged = SafetensorsFile.Open(_temp.PathTo("merged", "model.safetensors"));
        using var tuned = SafetensorsFile.Open(_temp.PathTo("gtuned", "model.safetensors"));
        // Full rank: what is left is the rounding of the factors and of the merged weights, all below 1.
        Assert.All(TinyModel.Floats(merged, "h.0.attn.c_attn.weight").Zip(TinyModel.Floats(tuned, "h.0.attn.c_attn.weight")), p => Assert.Equal(p.First, p.Second, 1e-5));
    }

    [Fact]
    public void Checkpoints_of_other_tensors_shapes_or_kind_are_refused_by_name()
    {
        TinyModel.WriteBase(_temp.PathTo("tuned"), DType.F32, change: (name, values) => Noise(values, 1));
        var config = JsonNode.Parse(File.ReadAllText(_temp.PathTo("tuned", "config.json")))!;
        config["model_type"] = "qwen2";
        File.WriteAllText(_temp.PathTo("tuned", "config.json"), config.ToJsonString());
        Assert.Contains("qwen2", Assert.Throws<ExtractException>(() => Extract("tuned", 4)).Message, StringComparison.Ordinal);

        Directory.CreateDirectory(_temp.PathTo("other"));
        File.Copy(_temp.PathTo("base", "config.json"), _temp.PathTo("other", "config.json"));
        using (SafetensorsWriter.Create(_temp.PathTo("other", "model.safetensors"), [new TensorPlan(TinyModel.QueryTensor, DType.F32, [24, 21]), new TensorPlan("extra", DType.F32, [1])], new Dictionary<string, string>()))
        {
        }
        var message = Assert.Throws<ExtractException>(() => Extract("other", 4)).Message;
        Assert.All(new[] { TinyModel.QueryTensor, "'extra'", "model.norm.weight" }, name => Assert.Contains(name, message, StringComparison.Ordinal));
        AssertNothingWritten();
    }

    [Theory]
    [InlineData(float.NaN)]
    [InlineData(float.PositiveInfinity)]
    public void A_number_that_is_none_is_refused_and_nothing_is_written(float value)
    {
        TinyModel.WriteBase(_temp.PathTo("tuned"), DType.F32, change: TinyModel.Spoil("q_proj.weight", value));
        Assert.Contains(TinyModel.QueryTensor, Assert.Throws<NonFiniteException>(() => Extract("tuned", 4)).Message, StringComparison.Ordinal);
        AssertNothingWritten();
    }

    [Fact]
    public void A_base_in_another_type_is_compared_by_value()
    {
        TinyModel.WriteBase(_temp.PathTo("half"), DType.BF16);
        CastCheckpoint.Write(_temp.PathTo("half"), _temp.PathTo("tuned"), DType.F32);
        Assert.Null(Extractor.Extract(Request("tuned", 4) with { Base = _temp.PathTo("half") }));
    }

    /// <summary>The head of a tied base is its embedding, so a fine-tuned one moves both; the adapter that is merged must too.</summary>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void The_saved_embedding_of_a_tied_base_comes_back_as_its_head_too(bool holdsHead)
    {
        const string Config = """{"model_type":"llama","tie_word_embeddings":true}""";
        var (embedding, query) = (AnyFolder.Tensor(new Random(1), "model.embed_tokens.weight", 19, 8), AnyFolder.Tensor(new Random(2), "model.layers.0.q_proj.weight", 12, 8));
        string Write(string name, float factor)
        {
            var moved = embedding with { Values = [.. embedding.Values.Select(v => factor * v)] };
            IEnumerable<AnyFolder.Named> head = holdsHead ? [moved with { Name = "lm_head.weight" }] : [];
            return AnyFolder.WriteBase(_temp.PathTo(name), Config, [moved, query with { Values = [.. query.Values.Select(v => factor * v)] }, .. head], DType.F32);
        }
        var (baseFolder, tunedFolder) = (Write("tbase", 1), Write("ttuned", 1.5f));
        var receipt = Extractor.Extract(Request("ttuned", 8) with { Base = baseFolder, Uncaptured = UncapturedChange.Save })!;
        Assert.Equal(["model.layers.0.q_proj"], receipt.Modules.Select(m => m.Module));
        Assert.All(receipt.Uncaptured, u => Assert.True(u.Saved));
        Merger.Merge(TinyModel.Request(baseFolder, _temp.PathTo("tmerged"), new WeightedAdapter(_temp.PathTo("out"))));
        Assert.Equal(AnyFolder.Read(tunedFolder, embedding.Name), AnyFolder.Read(_temp.PathTo("tmerged"), embedding.Name));
        using var merged = Checkpoint.Open(_temp.PathTo("tmerged"));
        Assert.Equal(holdsHead, merged.Tensors.ContainsKey("lm_head.weight"));
        Assert.True(merged.Config.GetProperty("tie_word_embeddings").GetBoolean());
    }

    [Theory]
    [InlineData("shared.weight", false)]
    [InlineData("encoder.block.0.layer.0.SelfAttention.relative_attention_bias.weight", false)]
    [InlineData("tok_embeddings.weight", false)]
    [InlineData("embed_out.weight", true)]
    public void Tables_are_no_linear_layers_whatever_their_name(string name, bool isLinear)
    {
        AnyFolder.Named[] Tensors(int seed) => [AnyFolder.Tensor(new Random(seed), name, 9, 8), AnyFolder.Tensor(new Random(seed), "layer.q_proj.weight", 12, 8)];
        AnyFolder.WriteBase(_temp.PathTo("ttuned"), """{"model_type":"any"}""", Tensors(2), DType.F32);
        var receipt = Extractor.Extract(Request("ttuned", 4) with { Base = AnyFolder.WriteBase(_temp.PathTo("tbase"), """{"model_type":"any"}""", Tensors(1), DType.F32) })!;
        Assert.Equal(isLinear, receipt.Modules.Any(m => m.Tensor == name));
    }

    public void Dispose() => _temp.Dispose();

    private ExtractionReceipt? Extract(string tuned, int rank) => Extractor.Extract(Request(tuned, rank));

    private ExtractRequest Request(string tuned, int rank) =>
        new() { Base = _base, Tuned = _temp.PathTo(tuned), Rank = rank, Output = _temp.PathTo("out"), Threads = 2, Version = "test" };

    private static float[] Noise(float[] values, int seed)
    {
        var random = new Random(seed);
        return [.. values.Select(v => v + (float)(random.NextDouble() - 0.5) / 50)];
    }

    private void AssertNothingWritten() =>
        Assert.DoesNotContain(Directory.EnumerateFileSystemEntries(_temp.Path), path => Path.GetFileName(path).StartsWith("out", StringComparison.Ordinal));
}

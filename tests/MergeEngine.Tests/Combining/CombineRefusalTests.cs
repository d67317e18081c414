using System.Text.Json.Nodes;

namespace Loragate.MergeEngine.Combining;

public sealed class CombineRefusalTests : IDisposable
{
    private readonly CombineBench _bench = new();

    [Theory]
    [InlineData("use_dora", "true", "unsupported-setting")]
    [InlineData("bias", "\"all\"", "unsupported-setting")]
    [InlineData("modules_to_save", "[\"lm_head\"]", "unsupported-setting")]
    [InlineData("layer_replication", "[[0,1]]", "unsupported-setting")]
    [InlineData("peft_type", "\"IA3\"", "unsupported-type")]
    [InlineData("init_lora_weights", "\"pissa\"", "base-mutated")]
    [InlineData("init_lora_weights", "\"brand-new\"", "base-mutated")]
    [InlineData("lora_alpha", "0", "scale-zero")]
    [InlineData("brand_new", "1", "unsupported-setting")]
    [InlineData("base_model_name_or_path", "\"another\"", "different-bases")]
    [InlineData("task_type", "\"SEQ_CLS\"", "different-tasks")]
    [InlineData("r", "5", "rank-mismatch")]
    public void What_cannot_be_combined_is_refused_by_name_and_nothing_is_written(string key, string value, string id)
    {
        var bad = TinyModel.WriteAdapter(_bench.Temp.PathTo("bad"), seed: 3);
        var path = Path.Combine(bad, "adapter_config.json");
        var config = JsonNode.Parse(File.ReadAllText(path))!.AsObject();
        config[key] = JsonNode.Parse(value);
        File.WriteAllText(path, config.ToJsonString());
        var refusal = Assert.Throws<CombineException>(() => _bench.Combine("cat", new MethodOptions(), "out", new WeightedAdapter(_bench.One), new WeightedAdapter(bad)));
        Assert.Contains(refusal.Findings, f => f.Id == id && f.Where.Contains("bad", StringComparison.Ordinal));
        _bench.AssertNothingWritten();
    }

    [Theory]
    [InlineData("lora_A", "lora_embedding_A", "unused-tensor")]
    [InlineData("base_model.model.", "", "unused-tensor")]
    [InlineData("o_proj.lora_B", null, "missing-factor")]
    public void Odd_tensors_are_refused_by_name(string part, string? replacement, string id)
    {
        var bad = TinyModel.WriteAdapter(_bench.Temp.PathTo("bad"), rename: n => !n.Contains(part, StringComparison.Ordinal) ? n : replacement is null ? null : n.Replace(part, replacement, StringComparison.Ordinal));
        var refusal = Assert.Throws<CombineException>(() => _bench.Combine("cat", new MethodOptions(), "out", new WeightedAdapter(bad)));
        Assert.Contains(refusal.Findings, f => f.Id == id);
        _bench.AssertNothingWritten();
    }

    [Fact]
    public void PEFTs_blending_of_factors_needs_one_rank()
    {
        var wide = TinyModel.WriteAdapter(_bench.Temp.PathTo("wide"), config: c => (c["r"], c["rank_pattern"]) = (8, new JsonObject { ["q_proj"] = 4, ["o_proj"] = 4 }));
        var refusal = Assert.Throws<CombineException>(() => _bench.Combine("peft-linear", new MethodOptions(), "out", new WeightedAdapter(wide), new WeightedAdapter(_bench.One)));
        Assert.All(refusal.Findings, f => Assert.Equal("unequal-ranks", f.Id));
    }

    [Fact]
    public void A_weight_of_zero_is_refused() =>
        Assert.Contains(Assert.Throws<CombineException>(() => _bench.Combine("cat", new MethodOptions(), "out", new WeightedAdapter(_bench.One, 0))).Findings, f => f.Id == "weight-zero");

    [Fact]
    public void NaN_in_a_factor_and_an_overflow_of_the_type_are_refused_and_leave_nothing()
    {
        var bad = TinyModel.WriteAdapter(_bench.Temp.PathTo("bad"), change: TinyModel.Spoil("q_proj.lora_B.weight", float.NaN));
        Assert.Contains("q_proj", Assert.Throws<NonFiniteException>(() => _bench.Combine("svd", new MethodOptions { Rank = 2 }, "out", new WeightedAdapter(bad), new WeightedAdapter(_bench.One))).Message, StringComparison.Ordinal);
        Assert.Throws<NonFiniteException>(() => _bench.Combine("cat", new MethodOptions(), "out", new WeightedAdapter(_bench.One, 1e300)));
        _bench.AssertNothingWritten();
    }

    [Fact]
    public void A_cancelled_combination_leaves_nothing()
    {
        using var source = new CancellationTokenSource();
        source.Cancel();
        Assert.ThrowsAny<OperationCanceledException>(() => Combiner.Combine(_bench.Request("cat", new MethodOptions(), "out", 2, new WeightedAdapter(_bench.One)), null, source.Token));
        _bench.AssertNothingWritten();
    }

    [Theory]
    [InlineData("nonsense", null, null)]
    [InlineData("svd", null, null)]
    [InlineData("svd", 0, null)]
    [InlineData("cat", 4, null)]
    [InlineData("ties", 4, null)]
    [InlineData("ties", 4, 0.0)]
    [InlineData("ties", 4, 1.5)]
    [InlineData("ties", 4, double.NaN)]
    [InlineData("linear", null, 0.5)]
    public void A_parameter_that_is_missing_odd_or_unknown_to_the_method_is_refused_at_the_door(string name, int? rank, double? density) =>
        Assert.Throws<ArgumentException>(() => CombineMethods.Create(name, new MethodOptions { Rank = rank, Density = density }));

    public void Dispose() => _bench.Dispose();
}

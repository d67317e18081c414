using System.Text.Json.Nodes;
using Loragate.Artifacts.Adapters;
using Loragate.Artifacts.Records;
using Loragate.Artifacts.Records.Inspecting;
using Loragate.Artifacts.Safetensors;
using Loragate.Testing;
using static Loragate.MergeEngine.AnyFolder;

namespace Loragate.MergeEngine.Inspecting;

/// <summary>An adapter is a no-op where merging it gives the base again, and only there; every case is merged to see.</summary>
public sealed class IdleAdapterTests : IDisposable
{
    private const string Module = "model.layer";
    private const string Norm = "model.norm.weight";
    private const string Embedding = "model.embed_tokens.weight";

    private readonly TempFolder _temp = new();
    private readonly Random _random = new(3);
    private readonly Named _weight;
    private readonly Named _bias;
    private readonly Named _norm;
    private readonly Named _embedding;

    public IdleAdapterTests() =>
        (_weight, _bias, _norm, _embedding) = (InAnyType(Tensor(_random, Module + ".weight", 12, 10)), Tensor(_random, Module + ".bias", 12), Tensor(_random, Norm, 10), Tensor(_random, Embedding, 7, 10));

    [Fact]
    public void Magnitudes_that_were_trained_alone_are_a_change()
    {
        var m = Norms(row => row == 5 ? 1.01f : 1);
        Expect(changes: true, WithDora(), Key(".lora_A.weight", 4, 10), Zero(".lora_B.weight", 12, 4), m);
    }

    [Theory]
    [InlineData(DType.F32)]
    [InlineData(DType.BF16)]
    [InlineData(DType.F16)]
    public void Magnitudes_as_they_began_are_none(DType type) =>
        Assert.Contains(Inspect(WithDora(), type, Key(".lora_A.weight", 4, 10), Zero(".lora_B.weight", 12, 4), Norms(_ => 1)), f => f.Id == "no-op");

    [Fact]
    public void A_replaced_tensor_is_a_change_though_every_update_is_zero()
    {
        var config = Config("LORA");
        config["modules_to_save"] = new JsonArray("norm");
        Expect(changes: true, config, Key(".lora_A.weight", 4, 10), Zero(".lora_B.weight", 12, 4), Saved(_norm with { Values = [.. _norm.Values.Select(v => v * 2)] }));
        Expect(changes: false, config, Key(".lora_A.weight", 4, 10), Zero(".lora_B.weight", 12, 4), Saved(_norm));
    }

    [Fact]
    public void Replaced_rows_are_a_change_unless_they_are_the_bases_own()
    {
        var config = Config("LORA");
        config["trainable_token_indices"] = new JsonArray(2, 0);
        Named Rows(float by) => new(AdapterKey.Prefix + "model.embed_tokens.token_adapter.trainable_tokens_delta", [2, 10], [.. _embedding.Values[20..30].Concat(_embedding.Values[..10]).Select(v => v * by)]);
        Expect(changes: true, config, Key(".lora_A.weight", 4, 10), Zero(".lora_B.weight", 12, 4), Rows(1.5f));
        Expect(changes: false, config, Key(".lora_A.weight", 4, 10), Zero(".lora_B.weight", 12, 4), Rows(1));
    }

    [Fact]
    public void A_bias_of_B_is_a_change_though_B_is_zero()
    {
        var config = Config("LORA");
        config["lora_bias"] = true;
        Expect(changes: true, config, Key(".lora_A.weight", 4, 10), Zero(".lora_B.weight", 12, 4), Key(".lora_B.bias", 12));
        Expect(changes: false, config, Key(".lora_A.weight", 4, 10), Zero(".lora_B.weight", 12, 4), Zero(".lora_B.bias", 12));
    }

    [Fact]
    public void Rescalings_of_one_change_nothing()
    {
        Expect(changes: false, Config("IA3"), Ones(".ia3_l", 12, 1));
        var one = Ones(".ia3_l", 12, 1);
        one.Values[7] = 1.25f;
        Expect(changes: true, Config("IA3"), one);
    }

    [Fact]
    public void LoHa_with_a_factor_of_zero_changes_nothing() =>
        Expect(changes: false, Config("LOHA"), Key(".hada_w1_a", 12, 4), Key(".hada_w1_b", 4, 10), Zero(".hada_w2_a", 12, 4), Key(".hada_w2_b", 4, 10));

    [Fact]
    public void AdaLoRA_that_pruned_every_rank_changes_nothing() =>
        Expect(changes: false, Config("ADALORA"), Key(".lora_A", 0, 10), Key(".lora_B", 12, 0), Key(".lora_E", 0, 1));

    [Fact]
    public void Factors_of_a_parameter_named_weight_are_the_modules()
    {
        var config = Config("LORA");
        (config["target_modules"], config["target_parameters"]) = (new JsonArray(), new JsonArray("layer.weight"));
        Expect(changes: true, config, Key(".lora_A.weight", 4, 10), Key(".lora_B.weight", 12, 4));
        Expect(changes: false, config, Key(".lora_A.weight", 4, 10), Zero(".lora_B.weight", 12, 4));
    }

    public void Dispose() => _temp.Dispose();

    /// <summary>The inspection calls it a no-op, and no module dead, exactly where the merge gives the base again.</summary>
    private void Expect(bool changes, JsonObject config, params Named[] adapter)
    {
        var findings = Inspect(config, DType.F32, adapter);
        var merged = _temp.PathTo(Guid.NewGuid().ToString("N"));
        var receipt = Merger.Merge(TinyModel.Request(_temp.PathTo("base"), merged, new WeightedAdapter(_temp.PathTo("adapter"))));
        Assert.Equal(changes, receipt.Output.WeightsDigest != receipt.Base.WeightsDigest);
        Assert.Equal(!changes, findings.Any(f => f.Id == "no-op"));
        Assert.Equal(!changes, findings.Any(f => f.Severity == Severity.Block));
    }

    private IReadOnlyList<Finding> Inspect(JsonObject config, DType type, params Named[] adapter)
    {
        foreach (var old in (string[])["base", "adapter"])
        {
            if (Directory.Exists(_temp.PathTo(old)))
                Directory.Delete(_temp.PathTo(old), recursive: true);
        }
        var baseFolder = WriteBase(_temp.PathTo("base"), """{"model_type":"any"}""", [_weight, _bias, _norm, _embedding], type);
        var folder = WriteAdapter(_temp.PathTo("adapter"), config.DeepClone().AsObject(), adapter);
        return Inspector.Inspect(new InspectRequest { Adapter = folder, Base = baseFolder, Version = "test" }).Findings;
    }

    private static JsonObject Config(string type) =>
        new() { ["peft_type"] = type, ["base_model_name_or_path"] = "base", ["r"] = 4, ["lora_alpha"] = 6, ["alpha"] = 6, ["target_modules"] = new JsonArray("layer") };

    private static JsonObject WithDora()
    {
        var config = Config("LORA");
        config["use_dora"] = true;
        return config;
    }

    private Named Norms(Func<int, float> by) =>
        new(AdapterKey.Prefix + Module + ".lora_magnitude_vector", [12], [.. Enumerable.Range(0, 12).Select(row => by(row) * (float)Math.Sqrt(_weight.Values.Skip(row * 10).Take(10).Sum(v => (double)v * v)))]);

    /// <summary>Values of a few bits, which every type holds, and no negative zero, which a zero update would make positive.</summary>
    private static Named InAnyType(Named tensor) => tensor with { Values = [.. tensor.Values.Select(v => MathF.Round(v * 256) / 256 + 0f)] };

    private static Named Saved(Named tensor) => tensor with { Name = AdapterKey.Prefix + tensor.Name };

    private Named Key(string suffix, params long[] shape) => Tensor(_random, AdapterKey.Prefix + Module + suffix, shape);

    private Named Zero(string suffix, params long[] shape) => Of(Key(suffix, shape), 0);

    private Named Ones(string suffix, params long[] shape) => Of(Key(suffix, shape), 1);

    private static Named Of(Named tensor, float value) => tensor with { Values = [.. tensor.Values.Select(_ => value)] };
}

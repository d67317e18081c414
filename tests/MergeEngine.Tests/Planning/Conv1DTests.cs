using System.Text.Json.Nodes;
using Loragate.Artifacts.Adapters;
using Loragate.Artifacts.Safetensors;
using Loragate.Testing;

namespace Loragate.MergeEngine.Planning;

/// <summary>GPT-2's layers are stored (in, out), in a model of parts too; a square weight shows no side.</summary>
public sealed class Conv1DTests : IDisposable
{
    private const int Width = 8;
    private const int Rank = 2;

    private readonly TempFolder _temp = new();

    [Theory]
    [InlineData("""{"model_type":"gpt2"}""", "h.0.attn.c_proj")]
    [InlineData("""{"model_type":"vision-encoder-decoder","encoder":{"model_type":"vit"},"decoder":{"model_type":"gpt2"}}""", "decoder.transformer.h.0.attn.c_proj")]
    [InlineData("""{"model_type":"any","text_config":{"model_type":"gpt2"}}""", "language_model.h.0.attn.c_proj")]
    public void The_factors_of_a_transposed_layer_are_transposed(string config, string module) => AssertMerge(config, module, fansIn: true, isTransposed: true);

    [Theory]
    [InlineData("""{"model_type":"gpt_bigcode"}""", "h.0.attn.c_proj")]
    [InlineData("""{"model_type":"vision-encoder-decoder","encoder":{"model_type":"clip"},"decoder":{"model_type":"gpt2"}}""", "encoder.h.0.c_proj")]
    public void A_plain_layer_of_that_name_keeps_its_sides(string config, string module) => AssertMerge(config, module, fansIn: false, isTransposed: false);

    [Fact]
    public void A_square_weight_of_which_nobody_knows_is_refused_where_the_adapter_says_transposed()
    {
        var request = Request("""{"model_type":"unheard-of"}""", "h.0.attn.c_proj", fansIn: true);
        Assert.Contains(Assert.Throws<MergePlanException>(() => Merger.Merge(request)).Findings, f => f is { Id: "conv1d-unknown", Where: "h.0.attn.c_proj" });
    }

    public void Dispose() => _temp.Dispose();

    private void AssertMerge(string config, string module, bool fansIn, bool isTransposed)
    {
        var request = Request(config, module, fansIn);
        Merger.Merge(request);
        var (before, after) = (AnyFolder.Read(request.Base, module + ".weight"), AnyFolder.Read(request.Output, module + ".weight"));
        using var factors = SafetensorsFile.Open(Path.Combine(request.Adapters[0].Folder, PeftAdapter.WeightsFile));
        var (a, b) = (TinyModel.Floats(factors, $"{AdapterKey.Prefix}{module}.lora_A.weight"), TinyModel.Floats(factors, $"{AdapterKey.Prefix}{module}.lora_B.weight"));
        for (var at = 0; at < before.Length; at++)
        {
            var (output, input) = isTransposed ? (at % Width, at / Width) : (at / Width, at % Width);
            Assert.Equal(before[at] + Enumerable.Range(0, Rank).Sum(r => (double)b[output * Rank + r] * a[r * Width + input]), after[at], 1e-7);
        }
    }

    private MergeRequest Request(string config, string module, bool fansIn)
    {
        var random = new Random(4);
        var baseFolder = AnyFolder.WriteBase(_temp.PathTo("base"), config, [AnyFolder.Tensor(random, module + ".weight", Width, Width)], DType.F32);
        var settings = JsonNode.Parse("""{"peft_type":"LORA","base_model_name_or_path":"base","r":2,"lora_alpha":2,"target_modules":["c_proj"]}""")!.AsObject();
        settings["fan_in_fan_out"] = fansIn;
        AnyFolder.Named[] factors = [AnyFolder.Tensor(random, $"{AdapterKey.Prefix}{module}.lora_A.weight", Rank, Width), AnyFolder.Tensor(random, $"{AdapterKey.Prefix}{module}.lora_B.weight", Width, Rank)];
        return TinyModel.Request(baseFolder, _temp.PathTo("merged"), new WeightedAdapter(AnyFolder.WriteAdapter(_temp.PathTo("adapter"), settings, factors)));
    }
}

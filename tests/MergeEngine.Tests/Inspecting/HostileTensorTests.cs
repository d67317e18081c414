using System.Text.Json.Nodes;
using Loragate.Artifacts;
using Loragate.Artifacts.Adapters;
using Loragate.Artifacts.Records;
using Loragate.Artifacts.Records.Inspecting;
using Loragate.Artifacts.Safetensors;
using Loragate.Testing;
using static Loragate.MergeEngine.AnyFolder;

namespace Loragate.MergeEngine.Inspecting;

/// <summary>Ranks, shapes and sizes that were made to cost or to break: each is measured, named or refused, and the inspection can be stopped.</summary>
public sealed class HostileTensorTests : IDisposable
{
    private const string Module = "model.layer";

    private readonly TempFolder _temp = new();
    private readonly Random _random = new(5);

    [Theory]
    [InlineData(65_536, 1, 1)]
    [InlineData(6_000, 1, 1)]
    [InlineData(300, 7, 5)]
    [InlineData(300, 5, 7)]
    public async Task A_rank_above_both_sides_of_the_update_costs_no_more_than_its_factors(int rank, int outputs, int inputs)
    {
        var (a, b) = (Key(".lora_A.weight", rank, inputs), Key(".lora_B.weight", outputs, rank));
        var folder = WriteAdapter(_temp.PathTo("adapter"), Config("LORA", rank), [a, b]);
        // Some milliseconds; cubed ranks would take minutes.
        var module = Assert.Single((await Task.Run(() => Inspect(folder)).WaitAsync(TimeSpan.FromSeconds(20))).Modules);
        var product = Enumerable.Range(0, outputs * inputs).Select(at => Enumerable.Range(0, rank).Sum(r => (double)b.Values[at / inputs * rank + r] * a.Values[r * inputs + at % inputs]) * 6 / rank).ToArray();
        // Double sums of at most 2¹⁶ terms in another order.
        Assert.Equal(1, module.FrobeniusNorm / Math.Sqrt(product.Sum(x => x * x)), 1e-9);
        Assert.InRange(module.SpectralNorm!.Value, module.FrobeniusNorm / Math.Sqrt(Math.Min(outputs, inputs)) * (1 - 1e-9), module.FrobeniusNorm * (1 + 1e-9));
        Assert.InRange(module.EffectiveRank!.Value, 1 - 1e-9, Math.Min(outputs, inputs) + 1e-9);
    }

    [Fact]
    public void The_spectrum_of_a_product_is_that_of_its_factors()
    {
        var (a, b) = (Key(".lora_A.weight", 5, 9), Key(".lora_B.weight", 6, 5));
        // The same product from factors of rank 10: every column of B twice, halved, against every row of A twice.
        var wide = new Named(b.Name, [6, 10], [.. Enumerable.Range(0, 60).Select(at => b.Values[at / 10 * 5 + at % 5] / 2)]);
        var tall = new Named(a.Name, [10, 9], [.. a.Values, .. a.Values]);
        var few = Assert.Single(Inspect(WriteAdapter(_temp.PathTo("few"), Config("LORA", 5, alpha: 5), [a, b])).Modules);
        var many = Assert.Single(Inspect(WriteAdapter(_temp.PathTo("many"), Config("LORA", 10, alpha: 10), [tall, wide])).Modules);
        // A Gram matrix squares the condition, so half of a double's digits remain in the worst case.
        Assert.Equal(few.FrobeniusNorm, many.FrobeniusNorm, 1e-12 * few.FrobeniusNorm);
        Assert.Equal(few.SpectralNorm!.Value, many.SpectralNorm!.Value, 1e-9 * few.SpectralNorm.Value);
        Assert.Equal(few.EffectiveRank!.Value, many.EffectiveRank!.Value, 1e-7);
    }

    [Fact]
    public void A_core_too_large_to_be_worth_it_has_its_norm_measured_alone()
    {
        var folder = WriteAdapter(_temp.PathTo("adapter"), Config("LORA", 1025), [Key(".lora_A.weight", 1025, 1025), Key(".lora_B.weight", 1025, 1025)]);
        var module = Assert.Single(Inspect(folder).Modules);
        Assert.True(module is { FrobeniusNorm: > 0, SpectralNorm: null, EffectiveRank: null });
    }

    [Fact]
    public async Task An_inspection_of_large_cores_stops_when_it_is_told_to()
    {
        var folder = WriteAdapter(_temp.PathTo("adapter"), Config("LORA", 1024), [Key(".lora_A.weight", 1024, 1024), Key(".lora_B.weight", 1024, 1024)]);
        using var stop = new CancellationTokenSource();
        var work = Task.Run(() => Inspect(folder, stop.Token));
        await Task.Delay(TimeSpan.FromMilliseconds(100));
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => work.WaitAsync(TimeSpan.FromSeconds(20)));
    }

    [Theory]
    [InlineData("LOKR", ".lokr_w1", ".lokr_w2")]
    [InlineData("LORA", ".lora_A.weight", ".lora_B.weight")]
    [InlineData("IA3", ".ia3_l", null)]
    public void A_tensor_without_a_number_is_named_and_not_merged(string type, string empty, string? other)
    {
        var folder = WriteAdapter(_temp.PathTo("adapter"), Config(type, 4), [new Named(AdapterKey.Prefix + Module + empty, [0, 4], []), .. other is null ? (Named[])[] : [Key(other, 12, 4)]]);
        Assert.Contains(Inspect(folder, Base()).Findings, f => f is { Id: "empty-tensor", Severity: Severity.Block });
        Assert.Throws<MergePlanException>(() => Merger.Merge(TinyModel.Request(Base(), _temp.PathTo("merged"), new WeightedAdapter(folder))));
    }

    [Theory]
    [InlineData("null")]
    [InlineData("\"many\"")]
    [InlineData("1e40")]
    [InlineData("-1")]
    public void A_base_without_a_size_of_its_vocabulary_is_held_against_nothing(string size)
    {
        var folder = WriteAdapter(_temp.PathTo("adapter"), Config("LORA", 4), [Key(".lora_A.weight", 4, 10), Key(".lora_B.weight", 12, 4)]);
        File.WriteAllText(Path.Combine(folder, "added_tokens.json"), """{"<a>":7,"<b>":null}""");
        var tokens = Inspect(folder, Base($$"""{"model_type":"any","vocab_size":{{size}}}""")).Findings.Where(f => f.Id == "tokens-added");
        Assert.Equal(size == "-1", tokens.Any());
    }

    [Theory]
    [InlineData("LORA", ".lora_A.weight", ".lora_B.weight")]
    [InlineData("LOHA", ".hada_w1_a", ".hada_w1_b", ".hada_w2_a", ".hada_w2_b")]
    [InlineData("LOKR", ".lokr_w1", ".lokr_w2")]
    [InlineData("ADALORA", ".lora_A", ".lora_B", ".lora_E")]
    [InlineData("IA3", ".ia3_l")]
    [InlineData("VERA", ".vera_lambda_b", ".vera_lambda_d")]
    public void Shapes_at_random_are_findings_or_a_merge_and_never_a_fault(string type, params string[] parts)
    {
        long[] sizes = [0, 1, 2, 3, 4, 10, 12, 40];
        for (var round = 0; round < 60; round++)
        {
            var name = $"{type} {round}";
            var tensors = parts.Select(part => Key(part, [.. Enumerable.Range(0, _random.Next(0, 4)).Select(_ => sizes[_random.Next(sizes.Length)])])).ToList();
            var folder = WriteAdapter(_temp.PathTo(name), Config(type, _random.Next(1, 5)), tensors);
            var findings = Inspect(folder, Base()).Findings;
            try
            {
                Merger.Merge(TinyModel.Request(Base(), _temp.PathTo($"{name} merged"), new WeightedAdapter(folder)));
                Assert.DoesNotContain(findings, f => f.Severity == Severity.Block && f.Id != "no-op");
            }
            catch (MalformedInputException)
            {
                Assert.Contains(findings, f => f.Severity == Severity.Block);
            }
        }
    }

    /// <summary>Gigabytes that cost no disk: a hole in a file reads as zeros. Nine seconds, so behind the switch.</summary>
    [Fact]
    public void A_head_of_gigabytes_is_inspected_in_the_memory_of_a_block()
    {
        const long Bytes = 151936L * 8192 * 2;
        Assert.SkipUnless(Environment.GetEnvironmentVariable("LORAGATE_LONG") == "1", "LORAGATE_LONG=1 runs it");
        var config = Config("LORA", 4);
        (config["modules_to_save"], config["target_modules"]) = (new JsonArray("lm_head"), new JsonArray("layer"));
        var folder = WriteAdapter(_temp.PathTo("adapter"), config, [Key(".lora_A.weight", 4, 10)]);
        var weights = Path.Combine(folder, PeftAdapter.WeightsFile);
        var header = System.Text.Encoding.UTF8.GetBytes($$$"""{"{{{AdapterKey.Prefix}}}lm_head.weight":{"dtype":"BF16","shape":[151936,8192],"data_offsets":[0,{{{Bytes}}}]}}""".PadRight(256));
        using (var file = File.Create(weights))
        {
            file.Write(BitConverter.GetBytes((long)header.Length));
            file.Write(header);
            file.SetLength(8 + header.Length + Bytes);
        }
        var before = GC.GetTotalAllocatedBytes();
        Assert.DoesNotContain(Inspect(folder).Findings, f => f.Id == "non-finite");
        Assert.True(GC.GetTotalAllocatedBytes() - before < 256 << 20, "a tensor was read whole");
    }

    /// <summary>As many expressions as a config may hold, against some thousand modules: some seconds at most, and it stops when it is told to.</summary>
    [Fact]
    public async Task Expressions_that_no_module_matches_are_compiled_once_and_can_be_interrupted()
    {
        const int Modules = 2000;
        var config = Config("LORA", 1);
        config["rank_pattern"] = new JsonObject(Enumerable.Range(0, 1024).Select(i => KeyValuePair.Create($".*no.{i}", (JsonNode?)2)));
        var factors = Enumerable.Range(0, Modules).SelectMany(i => new[] { Tensor(_random, $"{AdapterKey.Prefix}layers.{i}.layer.lora_A.weight", 1, 2), Tensor(_random, $"{AdapterKey.Prefix}layers.{i}.layer.lora_B.weight", 2, 1) }).ToList();
        var folder = WriteAdapter(_temp.PathTo("adapter"), config, factors);
        Assert.Equal(Modules, (await Task.Run(() => Inspect(folder)).WaitAsync(TimeSpan.FromSeconds(60))).Modules.Count);
        using var stop = new CancellationTokenSource(TimeSpan.FromMilliseconds(100));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Task.Run(() => Inspect(folder, stop.Token)).WaitAsync(TimeSpan.FromSeconds(20)));
    }

    [Theory]
    [InlineData(1e38f)]
    [InlineData(1e-30f)]
    public void Factors_of_any_size_have_a_size(float value)
    {
        var inspection = Inspect(WriteAdapter(_temp.PathTo("adapter"), Config("LORA", 4), [Of(Key(".lora_A.weight", 4, 10), value), Of(Key(".lora_B.weight", 12, 4), -value)]), Base());
        Assert.DoesNotContain(inspection.Findings, f => f.Id == "update-overflow");
        Assert.Equal(1, Assert.Single(inspection.Modules).FrobeniusNorm / (4 * (double)value * value * Math.Sqrt(120) * 1.5), 1e-6);
    }

    /// <summary>Four numbers of 10³⁸ make one of 10¹⁵², whose square no double holds: a finding, and a record that can be written.</summary>
    [Fact]
    public void An_update_whose_size_no_number_holds_is_named()
    {
        Named[] factors = [.. new[] { "1_a", "1_b", "2_a", "2_b" }.Select(w => Of(Key($".hada_w{w}", w.EndsWith('a') ? [12, 4] : [4, 10]), 1e38f))];
        var inspection = Inspect(WriteAdapter(_temp.PathTo("adapter"), Config("LOHA", 4), factors), Base());
        Assert.Contains(inspection.Findings, f => f is { Id: "update-overflow", Severity: Severity.Block, Where: Module });
        Assert.Empty(inspection.Modules);
        Assert.NotEmpty(inspection.ToCanonicalJson());
    }

    [Fact]
    public void Factors_that_cancel_are_named()
    {
        var b = Key(".lora_B.weight", 12, 2) with { Values = [.. Enumerable.Range(0, 24).Select(i => i % 2 == 0 ? 4096f : -4096f + 1f / 256)] };
        var a = Key(".lora_A.weight", 2, 10) with { Values = [.. Enumerable.Range(0, 20).Select(i => 1f + i % 10)] };
        var inspection = Inspect(WriteAdapter(_temp.PathTo("adapter"), Config("LORA", 2), [a, b]), Base());
        Assert.Contains(inspection.Findings, f => f is { Id: "factors-cancel", Severity: Severity.Warn, Where: Module });
        // 2·4096·256 times, and every digit of what is left.
        Assert.Equal(1, Assert.Single(inspection.Modules).FrobeniusNorm / (3.0 / 256 * Math.Sqrt(12 * 385)), 1e-8);
    }

    public void Dispose() => _temp.Dispose();

    private static Inspection Inspect(string adapter, string? baseFolder = null, CancellationToken cancellationToken = default) =>
        Inspector.Inspect(new InspectRequest { Adapter = adapter, Base = baseFolder, Version = "test" }, cancellationToken);

    private static Inspection Inspect(string adapter, CancellationToken cancellationToken) => Inspect(adapter, null, cancellationToken);

    private string Base(string config = """{"model_type":"any"}""") => Directory.Exists(_temp.PathTo("base")) ? _temp.PathTo("base") :
        WriteBase(_temp.PathTo("base"), config, [Tensor(new Random(1), Module + ".weight", 12, 10), Tensor(new Random(2), Module + ".bias", 12)], DType.F32);

    private static JsonObject Config(string type, int rank, int alpha = 6) =>
        new() { ["peft_type"] = type, ["base_model_name_or_path"] = "base", ["r"] = rank, ["lora_alpha"] = alpha, ["alpha"] = alpha, ["target_modules"] = new JsonArray("layer") };

    private static Named Of(Named tensor, float value) => tensor with { Values = [.. tensor.Values.Select(_ => value)] };

    private Named Key(string suffix, params long[] shape) => Tensor(_random, AdapterKey.Prefix + Module + suffix, shape);
}

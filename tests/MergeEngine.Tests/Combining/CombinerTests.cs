using System.Text.Json.Nodes;
using Loragate.Artifacts;
using Loragate.Artifacts.Folders;
using Loragate.Artifacts.Records.Combining;
using Loragate.Artifacts.Records.Inspecting;
using Loragate.Artifacts.Safetensors;
using Loragate.MergeEngine.Inspecting;

namespace Loragate.MergeEngine.Combining;

public sealed class CombinerTests : IDisposable
{
    private readonly CombineBench _bench = new();

    public static TheoryData<string> Names => [.. CombineMethods.Names];

    [Fact]
    public void Cat_is_the_weighted_sum_to_the_last_bit_where_the_scales_are_powers_of_two()
    {
        foreach (var folder in new[] { "a", "b" })
            TinyModel.WriteAdapter(_bench.Temp.PathTo(folder), seed: folder[0], config: c => c["lora_alpha"] = 8);
        var receipt = _bench.Combine("cat", new MethodOptions(), "out", new WeightedAdapter(_bench.Temp.PathTo("a"), 0.5), new WeightedAdapter(_bench.Temp.PathTo("b"), -4));
        Assert.All(receipt.Modules, m => Assert.Equal(0, m.Error, 1e-15 * m.SumNorm));
        var (a, b) = (ProductOf.Folder(_bench.Temp.PathTo("a")), ProductOf.Folder(_bench.Temp.PathTo("b")));
        using var combined = SafetensorsFile.Open(_bench.Temp.PathTo("out", "adapter_model.safetensors"));
        using var first = SafetensorsFile.Open(Path.Combine(_bench.Temp.PathTo("a"), "adapter_model.safetensors"));
        foreach (var (module, product) in ProductOf.Folder(_bench.Temp.PathTo("out")))
        {
            Assert.True(ProductOf.Largest(ProductOf.Minus(product, ProductOf.Sum([(a[module], 0.5), (b[module], -4)]))) <= 1e-15, module);
            var name = $"base_model.model.{module}.lora_A.weight";
            var original = TinyModel.Floats(first, name);
            Assert.Equal(original, TinyModel.Floats(combined, name)[..original.Length]);
        }
    }

    [Fact]
    public void Merging_the_combined_adapter_is_merging_the_sum_within_the_rounding_of_A()
    {
        var baseFolder = TinyModel.WriteBase(_bench.Temp.PathTo("base"), DType.F32);
        var adapters = new[] { new WeightedAdapter(_bench.One, 0.7), new WeightedAdapter(_bench.Two, -0.3) };
        _bench.Combine("cat", new MethodOptions(), "out", adapters);
        Merger.Merge(TinyModel.Request(baseFolder, _bench.Temp.PathTo("sum"), adapters));
        Merger.Merge(TinyModel.Request(baseFolder, _bench.Temp.PathTo("cat"), new WeightedAdapter(_bench.Temp.PathTo("out"))));
        using var sum = SafetensorsFile.Open(_bench.Temp.PathTo("sum", "model.safetensors"));
        using var cat = SafetensorsFile.Open(_bench.Temp.PathTo("cat", "model.safetensors"));
        foreach (var tensor in sum.Header.Tensors)
        {
            // |B| and |A| are below 1/8 and |ws| below 2.1, so 8 terms rounded by 2⁻²⁴ differ by less than 8·2.1/64·2⁻²⁴; the weights round by 2⁻²⁷.
            var pairs = TinyModel.Floats(sum, tensor.Name).Zip(TinyModel.Floats(cat, tensor.Name));
            Assert.All(pairs, p => Assert.Equal(p.First, p.Second, Math.ScaleB(8 * 2.1 / 64, -24) + Math.ScaleB(1, -25)));
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    [InlineData(8)]
    public void Recompression_leaves_exactly_the_dropped_singular_values(int rank)
    {
        var receipt = _bench.Combine("svd", new MethodOptions { Rank = rank }, "out", new WeightedAdapter(_bench.One, 0.7), new WeightedAdapter(_bench.Two, -0.3));
        var (one, two) = (ProductOf.Folder(_bench.One), ProductOf.Folder(_bench.Two));
        var found = ProductOf.Folder(_bench.Temp.PathTo("out"));
        foreach (var module in receipt.Modules)
        {
            var exact = ProductOf.Sum([(one[module.Module], 0.7), (two[module.Module], -0.3)]);
            var error = ProductOf.Norm(ProductOf.Minus(found[module.Module], exact));
            Assert.Equal(error, module.Error, 1e-13 * ProductOf.Norm(exact));
            // Rounding both factors to float32 adds at most 2·2⁻²⁴ of the product of their norms, which is Σσ.
            Assert.Equal(Math.Sqrt(module.Dropped.Sum(s => s * s)), error, 2 * module.SingularValues.Sum() / (1 << 24));
            Assert.Equal(8, module.SingularValues.Count + module.Dropped.Count);
        }
    }

    [Fact]
    public void Modules_that_only_some_adapters_have_keep_their_own_rank_and_the_rest_is_left_alone()
    {
        var less = TinyModel.WriteAdapter(_bench.Temp.PathTo("less"), seed: 3, config: c => c["target_modules"] = new JsonArray("q_proj"), rename: n => n.Contains("o_proj", StringComparison.Ordinal) ? null : n);
        var receipt = _bench.Combine("cat", new MethodOptions(), "out", new WeightedAdapter(_bench.One), new WeightedAdapter(less, 2));
        Assert.Equal([(TinyModel.Output, 4), (TinyModel.Query, 8)], receipt.Modules.Select(m => (m.Module, m.Rank)));
        Assert.Equal([0], receipt.Modules[0].Adapters);
        var found = ProductOf.Folder(_bench.Temp.PathTo("out"));
        Assert.True(ProductOf.Largest(ProductOf.Minus(found[TinyModel.Output], ProductOf.Folder(_bench.One)[TinyModel.Output])) <= 1e-8);
        var baseFolder = TinyModel.WriteBase(_bench.Temp.PathTo("base"), DType.F32);
        Assert.Equal(2, Merger.Merge(TinyModel.Request(baseFolder, _bench.Temp.PathTo("merged"), new WeightedAdapter(_bench.Temp.PathTo("out")))).Merged.Count);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Every_method_gives_the_same_bytes_with_any_number_of_threads_and_on_any_device_and_an_adapter_that_passes_inspection(string name)
    {
        var same = TinyModel.WriteAdapter(_bench.Temp.PathTo("same"), seed: 4);
        var adapters = new[] { new WeightedAdapter(_bench.One, 0.7), new WeightedAdapter(same, -0.3) };
        var receipt = _bench.Combine(name, OptionsOf(name), "first", 1, adapters);
        _bench.Combine(name, OptionsOf(name), "second", 7, adapters);
        Assert.Equal(FolderManifest.Read(_bench.Temp.PathTo("first")).Digest, FolderManifest.Read(_bench.Temp.PathTo("second")).Digest);
        SameOnTorch.AssertCombination(_bench.Request(name, OptionsOf(name), "first", 2, adapters), receipt, _bench.Temp.PathTo("third"));
        var inspection = Inspector.Inspect(new InspectRequest { Adapter = _bench.Temp.PathTo("first"), Base = TinyModel.WriteBase(_bench.Temp.PathTo("base"), DType.F32), Version = "test" });
        Assert.DoesNotContain(inspection.Findings, f => f.Severity == Artifacts.Records.Severity.Block);
        Assert.Equal(receipt.ToCanonicalJson(), Artifacts.Records.Record.ReadFile<CombinationReceipt>(_bench.Temp.PathTo("first", CombinationReceipt.FileName)).ToCanonicalJson());
        Assert.Equal(name, receipt.Method.Name);
        Assert.All(receipt.Files, f => Assert.Equal(f.Sha256, Digest.OfFile(_bench.Temp.PathTo("first", f.Path))));
    }

    [Fact]
    public void Many_copies_of_one_adapter_are_that_adapter()
    {
        var receipt = _bench.Combine("cat", new MethodOptions(), "out", [.. Enumerable.Repeat(new WeightedAdapter(_bench.One, 0.0625), 16)]);
        Assert.All(receipt.Modules, m => Assert.InRange(m.Error, 0, Math.ScaleB(m.SumNorm, -22)));
        var one = ProductOf.Folder(_bench.One);
        foreach (var (module, product) in ProductOf.Folder(_bench.Temp.PathTo("out")))
            Assert.True(ProductOf.Largest(ProductOf.Minus(product, one[module])) <= Math.ScaleB(ProductOf.Largest(one[module]), -22), module);
    }

    [Fact]
    public void An_adapter_minus_itself_is_nothing()
    {
        var receipt = _bench.Combine("svd", new MethodOptions { Rank = 4 }, "out", new WeightedAdapter(_bench.One), new WeightedAdapter(_bench.One, -1));
        // What is left is the rounding of the core: a few units of 2⁻⁵³ of what cancelled.
        Assert.All(receipt.Modules, m => Assert.InRange(m.SumNorm, 0, 1e-14));
        Assert.All(ProductOf.Folder(_bench.Temp.PathTo("out")).Values, p => Assert.InRange(ProductOf.Largest(p), 0, 1e-14));
    }

    [Theory]
    [InlineData(DType.BF16, 8)]
    [InlineData(DType.F16, 11)]
    public void A_narrower_type_is_rounded_once_and_its_loss_is_measured(DType type, int bits)
    {
        var request = _bench.Request("cat", new MethodOptions(), "out", 2, new WeightedAdapter(_bench.One, 0.7), new WeightedAdapter(_bench.Two)) with { OutputType = type };
        var receipt = Combiner.Combine(request);
        var found = ProductOf.Folder(_bench.Temp.PathTo("out"));
        var (one, two) = (ProductOf.Folder(_bench.One), ProductOf.Folder(_bench.Two));
        foreach (var module in receipt.Modules)
        {
            var error = ProductOf.Norm(ProductOf.Minus(found[module.Module], ProductOf.Sum([(one[module.Module], 0.7), (two[module.Module], 1)])));
            Assert.Equal(error, module.Error, 1e-13);
            Assert.InRange(error, module.SumNorm * Math.ScaleB(1, -bits - 4), module.SumNorm * Math.ScaleB(1, -bits + 2));
        }
    }

    [Fact]
    public void PEFTs_scale_fault_is_told_and_measured()
    {
        var other = TinyModel.WriteAdapter(_bench.Temp.PathTo("other"), seed: 3, config: c => c["use_rslora"] = true);
        var wrong = _bench.Combine("peft-cat", new MethodOptions(), "wrong", new WeightedAdapter(_bench.Two), new WeightedAdapter(other));
        Assert.Contains(wrong.Findings, f => f.Id == "peft-rslora");
        Assert.All(wrong.Modules, m => Assert.Equal((Math.Sqrt(8) - 1) * m.SumNorm, m.DistanceFromSum, 1e-6 * m.SumNorm));
        var right = _bench.Combine("cat", new MethodOptions(), "right", new WeightedAdapter(_bench.Two), new WeightedAdapter(other));
        Assert.Empty(right.Findings);
        Assert.All(right.Modules, m => Assert.InRange(m.DistanceFromSum, 0, 1e-6 * m.SumNorm));
    }

    public void Dispose() => _bench.Dispose();

    private static MethodOptions OptionsOf(string name) => new()
    {
        Rank = name is "svd" or "linear" or "ties" or "dare-linear" or "dare-ties" or "magnitude-prune" || name.EndsWith("svd", StringComparison.Ordinal) ? 3 : null,
        Density = name.Contains("ties", StringComparison.Ordinal) || name.Contains("dare", StringComparison.Ordinal) || name.Contains("prune", StringComparison.Ordinal) ? 0.5 : null,
    };
}

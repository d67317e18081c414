using System.Text.Json.Nodes;
using Loragate.Artifacts;
using Loragate.Artifacts.Folders;
using Loragate.Artifacts.Records.Combining;
using Loragate.Artifacts.Records.Inspecting;
using Loragate.Artifacts.Safetensors;
using Loragate.MergeEngine.Inspecting;
using Loragate.Testing;

namespace Loragate.MergeEngine.Combining;

public sealed class CombinerTests : IDisposable
{
    private readonly TempFolder _temp = new();
    private readonly string _one;
    private readonly string _two;

    public CombinerTests()
    {
        _one = TinyModel.WriteAdapter(_temp.PathTo("one"), seed: 1);
        _two = TinyModel.WriteAdapter(_temp.PathTo("two"), seed: 2, config: c => c["use_rslora"] = true);
    }

    public static TheoryData<string> Names => [.. CombineMethods.Names];

    [Fact]
    public void Cat_is_the_weighted_sum_to_the_last_bit_where_the_scales_are_powers_of_two()
    {
        foreach (var folder in new[] { "a", "b" })
            TinyModel.WriteAdapter(_temp.PathTo(folder), seed: folder[0], config: c => c["lora_alpha"] = 8);
        var receipt = Combine("cat", new MethodOptions(), "out", new WeightedAdapter(_temp.PathTo("a"), 0.5), new WeightedAdapter(_temp.PathTo("b"), -4));
        Assert.All(receipt.Modules, m => Assert.Equal(0, m.Error, 1e-15 * m.SumNorm));
        var (a, b) = (ProductOf.Folder(_temp.PathTo("a")), ProductOf.Folder(_temp.PathTo("b")));
        using var combined = SafetensorsFile.Open(_temp.PathTo("out", "adapter_model.safetensors"));
        using var first = SafetensorsFile.Open(Path.Combine(_temp.PathTo("a"), "adapter_model.safetensors"));
        foreach (var (module, product) in ProductOf.Folder(_temp.PathTo("out")))
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
        var baseFolder = TinyModel.WriteBase(_temp.PathTo("base"), DType.F32);
        var adapters = new[] { new WeightedAdapter(_one, 0.7), new WeightedAdapter(_two, -0.3) };
        Combine("cat", new MethodOptions(), "out", adapters);
        Merger.Merge(TinyModel.Request(baseFolder, _temp.PathTo("sum"), adapters));
        Merger.Merge(TinyModel.Request(baseFolder, _temp.PathTo("cat"), new WeightedAdapter(_temp.PathTo("out"))));
        using var sum = SafetensorsFile.Open(_temp.PathTo("sum", "model.safetensors"));
        using var cat = SafetensorsFile.Open(_temp.PathTo("cat", "model.safetensors"));
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
        var receipt = Combine("svd", new MethodOptions { Rank = rank }, "out", new WeightedAdapter(_one, 0.7), new WeightedAdapter(_two, -0.3));
        var (one, two) = (ProductOf.Folder(_one), ProductOf.Folder(_two));
        var found = ProductOf.Folder(_temp.PathTo("out"));
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
        var less = TinyModel.WriteAdapter(_temp.PathTo("less"), seed: 3, config: c => c["target_modules"] = new JsonArray("q_proj"), rename: n => n.Contains("o_proj", StringComparison.Ordinal) ? null : n);
        var receipt = Combine("cat", new MethodOptions(), "out", new WeightedAdapter(_one), new WeightedAdapter(less, 2));
        Assert.Equal([(TinyModel.Output, 4), (TinyModel.Query, 8)], receipt.Modules.Select(m => (m.Module, m.Rank)));
        Assert.Equal([0], receipt.Modules[0].Adapters);
        var found = ProductOf.Folder(_temp.PathTo("out"));
        Assert.True(ProductOf.Largest(ProductOf.Minus(found[TinyModel.Output], ProductOf.Folder(_one)[TinyModel.Output])) <= 1e-8);
        var baseFolder = TinyModel.WriteBase(_temp.PathTo("base"), DType.F32);
        Assert.Equal(2, Merger.Merge(TinyModel.Request(baseFolder, _temp.PathTo("merged"), new WeightedAdapter(_temp.PathTo("out")))).Merged.Count);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Every_method_gives_the_same_bytes_with_any_number_of_threads_and_an_adapter_that_passes_inspection(string name)
    {
        var same = TinyModel.WriteAdapter(_temp.PathTo("same"), seed: 4);
        var adapters = new[] { new WeightedAdapter(_one, 0.7), new WeightedAdapter(same, -0.3) };
        Combine(name, OptionsOf(name), "first", 1, adapters);
        Combine(name, OptionsOf(name), "second", 7, adapters);
        Assert.Equal(FolderManifest.Read(_temp.PathTo("first")).Digest, FolderManifest.Read(_temp.PathTo("second")).Digest);
        var inspection = Inspector.Inspect(new InspectRequest { Adapter = _temp.PathTo("first"), Base = TinyModel.WriteBase(_temp.PathTo("base"), DType.F32), Version = "test" });
        Assert.DoesNotContain(inspection.Findings, f => f.Severity == Artifacts.Records.Severity.Block);
        var receipt = Artifacts.Records.Record.ReadFile<CombinationReceipt>(_temp.PathTo("first", Combiner.ReceiptFile));
        Assert.Equal(name, receipt.Method.Name);
        Assert.All(receipt.Files, f => Assert.Equal(f.Sha256, Digest.OfFile(_temp.PathTo("first", f.Path))));
    }

    [Theory]
    [InlineData("ties", MajoritySign.Total)]
    [InlineData("ties", MajoritySign.Frequency)]
    [InlineData("magnitude-prune", null)]
    [InlineData("dare-linear", null)]
    [InlineData("dare-ties", MajoritySign.Total)]
    public void Pruning_and_voting_on_the_updates_is_what_a_naive_computation_gives(string name, MajoritySign? sign)
    {
        var folders = new[] { (_one, 0.7), (_two, -0.3), (TinyModel.WriteAdapter(_temp.PathTo("three"), seed: 5), 1.5) };
        var options = new MethodOptions { Rank = 21, Density = 0.4, MajoritySign = sign, Seed = 11 };
        var receipt = Combine(name, options, "out", [.. folders.Select(f => new WeightedAdapter(f.Item1, f.Item2))]);
        var found = ProductOf.Folder(_temp.PathTo("out"));
        foreach (var module in receipt.Modules)
        {
            var updates = folders.Select((f, i) => Pruned(name, ProductOf.Folder(f.Item1)[module.Module], module.Module, i)).ToList();
            var expected = Voted(updates, [.. folders.Select(f => f.Item2)], sign);
            Assert.Equal(ProductOf.Norm(expected), module.Norm, 1e-12 * module.Norm);
            // The rank is that of the module, so only the rounding of the factors is left: 2·2⁻²⁴ of Σσ.
            Assert.InRange(ProductOf.Norm(ProductOf.Minus(found[module.Module], expected)), 0, 2 * module.SingularValues.Sum() / (1 << 24));
        }
    }

    [Fact]
    public void Of_equal_magnitudes_those_that_come_first_stay()
    {
        var values = new double[] { 1, -2, 2, 2, -1, 2, 0, 1 };
        var pruner = MagnitudePruner.Of(new FactorValues(new Algebra.Matrix(4, 2, [.. values])), 3, default);
        pruner.Apply<DoubleArithmetic>(0, values);
        Assert.Equal([0, -2, 2, 2, 0, 0, 0, 0], values);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(777)]
    [InlineData(1000)]
    public void Pruning_by_magnitude_keeps_as_many_as_asked_and_none_larger_is_lost(int kept)
    {
        var random = new Random(6);
        var values = Enumerable.Range(0, 1000).Select(_ => Math.Round(random.NextDouble() * 40 - 20) / 8).ToArray();
        var pruned = values.ToArray();
        MagnitudePruner.Of(new FactorValues(new Algebra.Matrix(100, 10, values)), kept, default).Apply<DoubleArithmetic>(0, pruned);
        var order = Enumerable.Range(0, values.Length).OrderByDescending(i => Math.Abs(values[i])).ThenBy(i => i).ToList();
        var stay = order.Take(kept).ToHashSet();
        Assert.Equal(values.Select((v, i) => stay.Contains(i) ? v : 0), pruned);
    }

    [Fact]
    public void Random_pruning_keeps_the_share_that_was_asked_for_and_rescales_it()
    {
        var values = Enumerable.Repeat(1.0, 100_000).ToArray();
        new RandomPruner(Philox.Stream("dare", 1, "m", 0), 0.3).Apply<DoubleArithmetic>(0, values);
        Assert.All(values, v => Assert.True(v is 0 or 1 / 0.3));
        // Six standard deviations of a binomial share.
        Assert.Equal(0.3, values.Count(v => v != 0) / 100_000.0, 6 * Math.Sqrt(0.3 * 0.7 / 100_000));
        var halves = Enumerable.Repeat(1.0, 100_000).ToArray();
        var pruner = new RandomPruner(Philox.Stream("dare", 1, "m", 0), 0.3);
        pruner.Apply<DoubleArithmetic>(50_001, halves.AsSpan(50_001));
        pruner.Apply<DoubleArithmetic>(0, halves.AsSpan(0, 50_001));
        Assert.Equal(values, halves);
    }

    [Fact]
    public void Many_copies_of_one_adapter_are_that_adapter()
    {
        var receipt = Combine("cat", new MethodOptions(), "out", [.. Enumerable.Repeat(new WeightedAdapter(_one, 0.0625), 16)]);
        Assert.All(receipt.Modules, m => Assert.InRange(m.Error, 0, Math.ScaleB(m.SumNorm, -22)));
        var one = ProductOf.Folder(_one);
        foreach (var (module, product) in ProductOf.Folder(_temp.PathTo("out")))
            Assert.True(ProductOf.Largest(ProductOf.Minus(product, one[module])) <= Math.ScaleB(ProductOf.Largest(one[module]), -22), module);
    }

    [Fact]
    public void An_adapter_minus_itself_is_nothing()
    {
        var receipt = Combine("svd", new MethodOptions { Rank = 4 }, "out", new WeightedAdapter(_one), new WeightedAdapter(_one, -1));
        // What is left is the rounding of the core: a few units of 2⁻⁵³ of what cancelled.
        Assert.All(receipt.Modules, m => Assert.InRange(m.SumNorm, 0, 1e-14));
        Assert.All(ProductOf.Folder(_temp.PathTo("out")).Values, p => Assert.InRange(ProductOf.Largest(p), 0, 1e-14));
    }

    [Theory]
    [InlineData(DType.BF16, 8)]
    [InlineData(DType.F16, 11)]
    public void A_narrower_type_is_rounded_once_and_its_loss_is_measured(DType type, int bits)
    {
        var request = Request("cat", new MethodOptions(), "out", 2, new WeightedAdapter(_one, 0.7), new WeightedAdapter(_two)) with { OutputType = type };
        var receipt = Combiner.Combine(request);
        var found = ProductOf.Folder(_temp.PathTo("out"));
        var (one, two) = (ProductOf.Folder(_one), ProductOf.Folder(_two));
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
        var other = TinyModel.WriteAdapter(_temp.PathTo("other"), seed: 3, config: c => c["use_rslora"] = true);
        var wrong = Combine("peft-cat", new MethodOptions(), "wrong", new WeightedAdapter(_two), new WeightedAdapter(other));
        Assert.Contains(wrong.Findings, f => f.Id == "peft-rslora");
        Assert.All(wrong.Modules, m => Assert.Equal((Math.Sqrt(8) - 1) * m.SumNorm, m.DistanceFromSum, 1e-6 * m.SumNorm));
        var right = Combine("cat", new MethodOptions(), "right", new WeightedAdapter(_two), new WeightedAdapter(other));
        Assert.Empty(right.Findings);
        Assert.All(right.Modules, m => Assert.InRange(m.DistanceFromSum, 0, 1e-6 * m.SumNorm));
    }

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
        var bad = TinyModel.WriteAdapter(_temp.PathTo("bad"), seed: 3);
        var path = Path.Combine(bad, "adapter_config.json");
        var config = JsonNode.Parse(File.ReadAllText(path))!.AsObject();
        config[key] = JsonNode.Parse(value);
        File.WriteAllText(path, config.ToJsonString());
        var refusal = Assert.Throws<CombineException>(() => Combine("cat", new MethodOptions(), "out", new WeightedAdapter(_one), new WeightedAdapter(bad)));
        Assert.Contains(refusal.Findings, f => f.Id == id && f.Where.Contains("bad", StringComparison.Ordinal));
        AssertNothingWritten();
    }

    [Theory]
    [InlineData("lora_A", "lora_embedding_A", "unused-tensor")]
    [InlineData("base_model.model.", "", "unused-tensor")]
    [InlineData("o_proj.lora_B", null, "missing-factor")]
    public void Odd_tensors_are_refused_by_name(string part, string? replacement, string id)
    {
        var bad = TinyModel.WriteAdapter(_temp.PathTo("bad"), rename: n => !n.Contains(part, StringComparison.Ordinal) ? n : replacement is null ? null : n.Replace(part, replacement, StringComparison.Ordinal));
        var refusal = Assert.Throws<CombineException>(() => Combine("cat", new MethodOptions(), "out", new WeightedAdapter(bad)));
        Assert.Contains(refusal.Findings, f => f.Id == id);
        AssertNothingWritten();
    }

    [Fact]
    public void PEFTs_blending_of_factors_needs_one_rank()
    {
        var wide = TinyModel.WriteAdapter(_temp.PathTo("wide"), config: c => (c["r"], c["rank_pattern"]) = (8, new JsonObject { ["q_proj"] = 4, ["o_proj"] = 4 }));
        var refusal = Assert.Throws<CombineException>(() => Combine("peft-linear", new MethodOptions(), "out", new WeightedAdapter(wide), new WeightedAdapter(_one)));
        Assert.All(refusal.Findings, f => Assert.Equal("unequal-ranks", f.Id));
    }

    [Fact]
    public void A_weight_of_zero_is_refused() =>
        Assert.Contains(Assert.Throws<CombineException>(() => Combine("cat", new MethodOptions(), "out", new WeightedAdapter(_one, 0))).Findings, f => f.Id == "weight-zero");

    [Fact]
    public void NaN_in_a_factor_and_an_overflow_of_the_type_are_refused_and_leave_nothing()
    {
        var bad = TinyModel.WriteAdapter(_temp.PathTo("bad"), change: TinyModel.Spoil("q_proj.lora_B.weight", float.NaN));
        Assert.Contains("q_proj", Assert.Throws<NonFiniteException>(() => Combine("svd", new MethodOptions { Rank = 2 }, "out", new WeightedAdapter(bad), new WeightedAdapter(_one))).Message, StringComparison.Ordinal);
        Assert.Throws<NonFiniteException>(() => Combine("cat", new MethodOptions(), "out", new WeightedAdapter(_one, 1e300)));
        AssertNothingWritten();
    }

    [Fact]
    public void A_cancelled_combination_leaves_nothing()
    {
        using var source = new CancellationTokenSource();
        source.Cancel();
        Assert.ThrowsAny<OperationCanceledException>(() => Combiner.Combine(Request("cat", new MethodOptions(), "out", 2, new WeightedAdapter(_one)), null, source.Token));
        AssertNothingWritten();
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

    public void Dispose() => _temp.Dispose();

    private static MethodOptions OptionsOf(string name) => new()
    {
        Rank = name is "svd" or "linear" or "ties" or "dare-linear" or "dare-ties" or "magnitude-prune" || name.EndsWith("svd", StringComparison.Ordinal) ? 3 : null,
        Density = name.Contains("ties", StringComparison.Ordinal) || name.Contains("dare", StringComparison.Ordinal) || name.Contains("prune", StringComparison.Ordinal) ? 0.5 : null,
    };

    private CombinationReceipt Combine(string name, MethodOptions options, string output, params WeightedAdapter[] adapters) => Combine(name, options, output, 2, adapters);

    private CombinationReceipt Combine(string name, MethodOptions options, string output, int threads, params WeightedAdapter[] adapters) =>
        Combiner.Combine(Request(name, options, output, threads, adapters));

    private CombineRequest Request(string name, MethodOptions options, string output, int threads, params WeightedAdapter[] adapters) =>
        new() { Adapters = adapters, Method = CombineMethods.Create(name, options), Output = _temp.PathTo(output), Threads = threads, Version = "test" };

    private void AssertNothingWritten() =>
        Assert.DoesNotContain(Directory.EnumerateFileSystemEntries(_temp.Path), path => Path.GetFileName(path).StartsWith("out", StringComparison.Ordinal));

    private static double[,] Pruned(string name, double[,] update, string module, int ordinal)
    {
        var (rows, columns) = (update.GetLength(0), update.GetLength(1));
        var result = new double[rows, columns];
        var random = Philox.Stream("dare", 11, module, ordinal);
        var large = Enumerable.Range(0, rows * columns).OrderByDescending(i => Math.Abs(update[i / columns, i % columns])).Take((int)(0.4 * rows * columns)).ToHashSet();
        for (var i = 0; i < rows * columns; i++)
        {
            var stays = name.StartsWith("dare", StringComparison.Ordinal) ? random.At((ulong)i) < 0.4 * 4294967296 : large.Contains(i);
            var value = update[i / columns, i % columns];
            result[i / columns, i % columns] = !stays ? 0 : name.StartsWith("dare", StringComparison.Ordinal) ? value / 0.4 : value;
        }
        return result;
    }

    private static double[,] Voted(List<double[,]> updates, double[] weights, MajoritySign? sign)
    {
        var result = new double[updates[0].GetLength(0), updates[0].GetLength(1)];
        for (var row = 0; row < result.GetLength(0); row++)
        {
            for (var column = 0; column < result.GetLength(1); column++)
            {
                var votes = updates.Select((u, i) => u[row, column] * weights[i]).ToList();
                var elected = sign switch { null => 0, MajoritySign.Total => votes.Sum() >= 0 ? 1 : -1, _ => votes.Sum(v => Math.Sign(v)) >= 0 ? 1 : -1 };
                var agreeing = votes.Where(v => elected == 0 || Math.Sign(v) == elected).ToList();
                result[row, column] = elected == 0 ? agreeing.Sum() : agreeing.Sum() / Math.Max(1, agreeing.Count);
            }
        }
        return result;
    }
}

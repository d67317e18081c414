using System.Text.Json;
using Loragate.Artifacts.Checkpoints;
using Loragate.Artifacts.Records.Combining;
using Loragate.Artifacts.Records.Merging;
using Loragate.Artifacts.Safetensors;
using Loragate.Testing;

namespace Loragate.MergeEngine.Combining;

[Trait(SharedFolder.Category, SharedFolder.Name)]
public sealed class CombineVectorTests
{
    /// <summary>The unit of float32 rounding relative to the largest singular value: what PEFT's float32 product and SVD may be off, twice.</summary>
    private const double SinglePrecision = 1.0 / (1 << 23);

    public static TheoryData<string> Cases => [.. SharedFolder.Folders("vectors", "combine")];

    /// <summary>Cases whose exact result is the weighted sum of the inputs.</summary>
    public static TheoryData<string> Sums => [.. SharedFolder.Folders("vectors", "combine").Where(IsSum)];

    /// <summary>Cases whose exact result is the merge of the stored combination.</summary>
    public static TheoryData<string> Combinations => [.. SharedFolder.Folders("vectors", "combine").Where(name => !IsSum(name))];

    [Theory(SkipTestWithoutData = true)]
    [MemberData(nameof(Cases))]
    public void PEFTs_combination_is_reproduced_under_its_own_name(string name)
    {
        using var about = About(name);
        Assert.SkipWhen(TypeOf(about) is null, "The case combines nothing: its adapters are merged one after the other.");
        using var temp = new TempFolder();
        var request = Request(name, about, PeftMethod(about), temp.PathTo("combined"));
        var receipt = Combiner.Combine(request);
        SameOnTorch.AssertCombination(request, receipt, temp.PathTo("combined on torch"), memory: 1 << 20);
        var theirs = SharedFolder.PathTo("vectors", "combine", name, "combined");
        AssertSameSettings(theirs, temp.PathTo("combined"));
        if (TypeOf(about)!.EndsWith("svd", StringComparison.Ordinal))
            AssertSameProducts(theirs, temp.PathTo("combined"), receipt);
        else
            AssertSameFactors(theirs, temp.PathTo("combined"));
    }

    [Theory(SkipTestWithoutData = true)]
    [MemberData(nameof(Sums))]
    public void The_sum_merged_straight_into_the_base_is_the_exact_result_bit_for_bit_on_any_device(string name)
    {
        using var about = About(name);
        AssertExact(name, about, Inputs(name, about));
    }

    [Theory(SkipTestWithoutData = true)]
    [MemberData(nameof(Combinations))]
    public void PEFTs_combination_merged_into_the_base_is_the_exact_result_bit_for_bit_on_any_device(string name)
    {
        using var about = About(name);
        AssertExact(name, about, [new WeightedAdapter(SharedFolder.PathTo("vectors", "combine", name, "combined"))]);
    }

    [Theory(SkipTestWithoutData = true)]
    [MemberData(nameof(Cases))]
    public void The_exact_cat_is_the_weighted_sum_whatever_PEFT_makes_of_it(string name)
    {
        using var about = About(name);
        using var temp = new TempFolder();
        var request = Request(name, about, CombineMethods.Create("cat", new MethodOptions()), temp.PathTo("combined"));
        var receipt = Combiner.Combine(request);
        SameOnTorch.AssertCombination(request, receipt, temp.PathTo("combined on torch"), memory: 1 << 20);
        var inputs = Inputs(name, about).Select(i => (Products: ProductOf.Folder(i.Folder), i.Weight)).ToList();
        foreach (var (module, product) in ProductOf.Folder(temp.PathTo("combined")))
        {
            var exact = ProductOf.Sum(inputs.Select(i => (i.Products[module], i.Weight)));
            // Each element of A is rounded once to float32: half a unit, 2⁻²⁴, relative to Σ|B||wsA|, of which ‖B‖·‖A‖ is a bound.
            var size = inputs.Sum(i => Math.Abs(i.Weight) * ProductOf.Norm(i.Products[module]));
            Assert.True(ProductOf.Norm(ProductOf.Minus(product, exact)) <= 4 * size / (1 << 24), module);
            var measured = receipt.Modules.Single(m => m.Module == module);
            Assert.Equal(ProductOf.Norm(ProductOf.Minus(product, exact)), measured.Error, 1e-14 * size);
            Assert.Equal(ProductOf.Norm(exact), measured.SumNorm, 1e-13 * size);
        }
    }

    private static bool IsSum(string name)
    {
        using var about = About(name);
        return TypeOf(about) is null or "cat";
    }

    private static void AssertExact(string name, JsonDocument about, IReadOnlyList<WeightedAdapter> adapters)
    {
        foreach (var (word, type) in new[] { ("float32", DType.F32), ("bfloat16", DType.BF16) })
        {
            using var temp = new TempFolder();
            var source = Path.GetFullPath(Path.Combine(SharedFolder.PathTo("vectors", "combine", name), about.RootElement.GetProperty("base").GetString()!));
            var request = TinyModel.Request(CastCheckpoint.Write(source, temp.PathTo("base"), type), temp.PathTo("merged"), [.. adapters]);
            var receipt = Merger.Merge(request);
            AssertEqualTensors(SharedFolder.PathTo("vectors", "combine", name, $"exact.{word}.safetensors"), receipt, request.Output);
            SameOnTorch.AssertMerge(request, receipt, temp.PathTo("merged on torch"), memory: 1 << 20);
            var undo = TinyModel.Undo(request.Output, temp.PathTo("restored"));
            Unmerger.Unmerge(undo);
            MergerTests.AssertRestored(request.Base, undo.Output);
            SameOnTorch.AssertUnmerge(undo, temp.PathTo("restored on torch"), memory: 1 << 20);
        }
    }

    private static JsonDocument About(string name) => JsonDocument.Parse(File.ReadAllBytes(SharedFolder.PathTo("vectors", "combine", name, "case.json")));

    private static string? TypeOf(JsonDocument about) => about.RootElement.GetProperty("combination_type").GetString();

    private static CombineMethod PeftMethod(JsonDocument about) => CombineMethods.Create(
        "peft-" + TypeOf(about)!.Replace('_', '-'),
        new MethodOptions
        {
            Density = about.RootElement.TryGetProperty("density", out var density) ? density.GetDouble() : null,
            MajoritySign = about.RootElement.TryGetProperty("majority_sign_method", out var sign) ? Enum.Parse<MajoritySign>(sign.GetString()!, ignoreCase: true) : null,
        });

    private static CombineRequest Request(string name, JsonDocument about, CombineMethod method, string output) =>
        new() { Adapters = Inputs(name, about), Method = method, Output = output, Threads = 2, Version = "test" };

    private static List<WeightedAdapter> Inputs(string name, JsonDocument about)
    {
        var folders = about.RootElement.GetProperty("adapters").EnumerateArray().Select(a => SharedFolder.PathTo("vectors", "combine", name, a.GetString()!));
        var weights = about.RootElement.GetProperty("weights") is { ValueKind: JsonValueKind.Array } given ? given.EnumerateArray().Select(w => w.GetDouble()) : Enumerable.Repeat(1.0, 1 << 10);
        return [.. folders.Zip(weights, (folder, weight) => new WeightedAdapter(folder, weight))];
    }

    private static void AssertSameSettings(string theirs, string ours)
    {
        using var expected = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(theirs, "adapter_config.json")));
        using var found = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(ours, "adapter_config.json")));
        foreach (var key in new[] { "peft_type", "task_type", "base_model_name_or_path", "r", "lora_alpha", "use_rslora", "use_dora", "bias", "fan_in_fan_out", "rank_pattern", "alpha_pattern" })
            Assert.Equal(expected.RootElement.GetProperty(key).ToString(), found.RootElement.GetProperty(key).ToString());
        Assert.Equal(Names(expected), Names(found));

        static IEnumerable<string> Names(JsonDocument config) => config.RootElement.GetProperty("target_modules").EnumerateArray().Select(n => n.GetString()!).Order(StringComparer.Ordinal);
    }

    private static void AssertSameFactors(string theirs, string ours)
    {
        using var expected = SafetensorsFile.Open(Path.Combine(theirs, "adapter_model.safetensors"));
        using var found = SafetensorsFile.Open(Path.Combine(ours, "adapter_model.safetensors"));
        Assert.Equal(expected.Header.Tensors.Select(t => (t.Name, t.DType, t.ShapeText)).Order(), found.Header.Tensors.Select(t => (t.Name, t.DType, t.ShapeText)).Order());
        foreach (var tensor in expected.Header.Tensors)
            Assert.True(TinyModel.Floats(expected, tensor.Name).AsSpan().SequenceEqual(TinyModel.Floats(found, tensor.Name)), tensor.Name);
    }

    /// <summary>
    /// SVD factors are unique up to sign and rotation, so products are compared. A perturbation E of the matrix turns its leading R-dimensional
    /// subspaces by up to ‖E‖/(σ_R − σ_R+1) (Wedin 1972), which moves the truncated product by up to ‖E‖·(1 + 2σ_R/(σ_R − σ_R+1)).
    /// </summary>
    private static void AssertSameProducts(string theirs, string ours, CombinationReceipt receipt)
    {
        var found = ProductOf.Folder(ours);
        foreach (var (module, product) in ProductOf.Folder(theirs))
        {
            var record = receipt.Modules.Single(m => m.Module == module);
            var (largest, last, next) = (record.SingularValues[0], record.SingularValues[^1], record.Dropped[0]);
            var bound = SinglePrecision * largest * (1 + 2 * last / (last - next));
            Assert.True(bound < 1e-4 * largest, $"{module}: the singular values lie too close to compare anything");
            Assert.InRange(ProductOf.Largest(ProductOf.Minus(product, found[module])), 0, bound);
        }
    }

    private static void AssertEqualTensors(string exactPath, MergeReceipt receipt, string mergedFolder)
    {
        using var exact = SafetensorsFile.Open(exactPath);
        using var merged = Checkpoint.Open(mergedFolder);
        Assert.Equal(exact.Header.Tensors.Select(t => t.Name).Order(StringComparer.Ordinal), receipt.Merged.Select(m => m.Name).Order(StringComparer.Ordinal));
        Assert.NotEmpty(exact.Header.Tensors);
        foreach (var tensor in exact.Header.Tensors)
            Assert.True(exact.ReadAll(tensor).AsSpan().SequenceEqual(merged.Tensor(tensor.Name).ReadAll()), $"'{tensor.Name}' differs from the exact merge");
    }
}

using System.Runtime.InteropServices;
using System.Text.Json;
using Loragate.Artifacts;
using Loragate.Artifacts.Checkpoints;
using Loragate.Artifacts.Safetensors;
using Loragate.Testing;

namespace Loragate.MergeEngine;

[Trait(SharedFolder.Category, SharedFolder.Name)]
public sealed class MergeVectorTests
{
    public static TheoryData<string> Cases => [.. SharedFolder.Folders("vectors", "merge")];

    [Theory(SkipTestWithoutData = true)]
    [MemberData(nameof(Cases))]
    public void A_reference_case_merges_bit_for_bit_and_unmerges_or_is_refused_where_there_is_no_exact_result(string name)
    {
        using var temp = new TempFolder();
        var adapter = SharedFolder.PathTo("vectors", "merge", name, "adapter");
        using var about = JsonDocument.Parse(File.ReadAllBytes(SharedFolder.PathTo("vectors", "merge", name, "case.json")));
        var type = about.RootElement.GetProperty("dtype").GetString() switch { "float32" => DType.F32, "float16" => DType.F16, _ => DType.BF16 };
        var source = Path.GetFullPath(Path.Combine(SharedFolder.PathTo("vectors", "merge", name), about.RootElement.GetProperty("base").GetString()!));
        var baseFolder = CastCheckpoint.Write(source, temp.PathTo("base"), type);
        var request = new MergeRequest { Base = baseFolder, Adapters = [new WeightedAdapter(adapter)], Output = temp.PathTo("merged"), Threads = 2, Version = "test" };

        var exact = SharedFolder.PathTo("vectors", "merge", name, "exact.safetensors");
        if (!File.Exists(exact))
        {
            var refusal = Assert.Throws<MergePlanException>(() => Merger.Merge(request));
            Assert.Contains(refusal.Findings, f => f.Id is "unsupported-type" or "unsupported-setting" or "no-bias");
            Assert.All(refusal.Findings, f => Assert.True(f.Message.Length > 20 && f.Advice.Length > 10, f.Id));
            Assert.False(Directory.Exists(request.Output));
            return;
        }
        var receipt = Merger.Merge(request);
        Assert.Equal(Names(Path.Combine(adapter, "adapter_model.safetensors")), receipt.Adapters[0].Tensors!.Select(t => t.Name));

        AssertEqualsExact(exact, request.Output, baseFolder);
        if (File.Exists(SharedFolder.PathTo("vectors", "merge", name, "merged.safetensors")))
            AssertAsFarFromPeft(SharedFolder.PathTo("vectors", "merge", name, "merged.safetensors"), about.RootElement.GetProperty("merged_vs_exact"), request.Output);
        Merger.Merge(request with { Output = temp.PathTo("again"), Threads = 1 });
        foreach (var file in Directory.EnumerateFiles(request.Output).Append(Path.Combine(request.Output, "loragate", "undo.safetensors")))
            Assert.Equal(Digest.OfFile(file), Digest.OfFile(file.Replace(request.Output, temp.PathTo("again"), StringComparison.Ordinal)));

        var undo = new UnmergeRequest { Merged = request.Output, Output = temp.PathTo("restored"), Threads = 2, Version = "test" };
        Unmerger.Unmerge(undo);
        MergerTests.AssertRestored(baseFolder, undo.Output);

        SameOnTorch.AssertMerge(request, receipt, temp.PathTo("torch"), memory: 1 << 20);
        SameOnTorch.AssertUnmerge(undo, temp.PathTo("restored on torch"), memory: 1 << 20);
    }

    /// <summary>The tensors that both have differ in as many elements, and by as many ulps, as the case counts between PEFT's result and the exact one; a tied head's partner is the embedding, whose name PEFT moves it under.</summary>
    private static void AssertAsFarFromPeft(string peftPath, JsonElement figures, string mergedFolder)
    {
        using var peft = SafetensorsFile.Open(peftPath);
        using var merged = Checkpoint.Open(mergedFolder);
        using var exact = SafetensorsFile.Open(Path.Combine(Path.GetDirectoryName(peftPath)!, "exact.safetensors"));
        var pairs = exact.Header.Tensors.Select(t => (Ours: t, Theirs: peft.Find(t.Name))).Where(p => p.Theirs is not null).ToList();
        if (pairs.Count == 0)
            pairs = [(Assert.Single(exact.Header.Tensors), Assert.Single(peft.Header.Tensors))];
        var distances = pairs.SelectMany(p => Places(p.Ours.DType, peft.ReadAll(p.Theirs!)).Zip(Places(p.Ours.DType, merged.Tensor(p.Ours.Name).ReadAll()), (x, y) => Math.Abs(x - y))).ToList();
        Assert.Equal((figures.GetProperty("elements").GetInt32(), figures.GetProperty("differing").GetInt32(), figures.GetProperty("max_ulp").GetInt64()), (distances.Count, distances.Count(d => d > 0), distances.Max()));
    }

    /// <summary>Each value's place in the order of its type; both zeros have one.</summary>
    internal static IEnumerable<long> Places(DType type, byte[] bytes) => type == DType.F32
        ? MemoryMarshal.Cast<byte, int>(bytes).ToArray().Select(bits => bits < 0 ? -(long)(bits & int.MaxValue) : bits)
        : MemoryMarshal.Cast<byte, short>(bytes).ToArray().Select(bits => bits < 0 ? -(long)(bits & short.MaxValue) : bits);

    private static List<string> Names(string weights)
    {
        using var file = SafetensorsFile.Open(weights);
        return file.Header.Tensors.Select(t => t.Name).Order(StringComparer.Ordinal).ToList();
    }

    private static void AssertEqualsExact(string exactPath, string mergedFolder, string baseFolder)
    {
        using var exact = SafetensorsFile.Open(exactPath);
        using var merged = Checkpoint.Open(mergedFolder);
        using var original = Checkpoint.Open(baseFolder);
        Assert.NotEmpty(exact.Header.Tensors);
        foreach (var tensor in exact.Header.Tensors)
            Assert.True(exact.ReadAll(tensor).AsSpan().SequenceEqual(merged.Tensor(tensor.Name).ReadAll()), $"'{tensor.Name}' differs from the exact merge");
        foreach (var tensor in merged.Tensors.Values.Where(t => exact.Find(t.Name) is null))
            Assert.Equal(original.Tensor(tensor.Name).ReadAll(), tensor.ReadAll());
        var unties = merged.Tensors.Keys.Except(original.Tensors.Keys).Any();
        Assert.Equal(unties, merged.ConfigDigest != original.ConfigDigest);
        Assert.True(!unties || !merged.Config.GetProperty("tie_word_embeddings").GetBoolean());
    }
}

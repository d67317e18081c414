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
    public void A_reference_case_merges_bit_for_bit_and_unmerges_or_is_refused_by_name(string name)
    {
        using var temp = new TempFolder();
        var adapter = SharedFolder.PathTo("vectors", "merge", name, "adapter");
        using var about = JsonDocument.Parse(File.ReadAllBytes(SharedFolder.PathTo("vectors", "merge", name, "case.json")));
        var type = about.RootElement.GetProperty("dtype").GetString() switch { "float32" => DType.F32, "float16" => DType.F16, _ => DType.BF16 };
        var source = Path.GetFullPath(Path.Combine(SharedFolder.PathTo("vectors", "merge", name), about.RootElement.GetProperty("base").GetString()!));
        var baseFolder = CastCheckpoint.Write(source, temp.PathTo("base"), type);
        var request = new MergeRequest { Base = baseFolder, Adapters = [new WeightedAdapter(adapter)], Output = temp.PathTo("merged"), Threads = 2, Version = "test" };

        if (!IsLinearLora(adapter))
        {
            try
            {
                Merger.Merge(request);
            }
            catch (MergePlanException refusal)
            {
                Assert.Contains(refusal.Findings, f => f.Id is "unsupported-type" or "unsupported-setting" or "unused-tensor");
                Assert.False(Directory.Exists(request.Output));
                return;
            }
        }
        else
        {
            Merger.Merge(request);
        }

        AssertEqualsExact(SharedFolder.PathTo("vectors", "merge", name, "exact.safetensors"), request.Output, baseFolder);
        Merger.Merge(request with { Output = temp.PathTo("again"), Threads = 1 });
        foreach (var file in Directory.EnumerateFiles(request.Output).Append(Path.Combine(request.Output, "loragate", "undo.safetensors")))
            Assert.Equal(Digest.OfFile(file), Digest.OfFile(file.Replace(request.Output, temp.PathTo("again"), StringComparison.Ordinal)));

        Unmerger.Unmerge(new UnmergeRequest { Merged = request.Output, Output = temp.PathTo("restored"), Threads = 2, Version = "test" });
        Assert.Equal(Digest.OfFile(Path.Combine(baseFolder, Checkpoint.SingleFile)), Digest.OfFile(temp.PathTo("restored", Checkpoint.SingleFile)));
    }

    private static bool IsLinearLora(string adapter)
    {
        using var config = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(adapter, "adapter_config.json")));
        var root = config.RootElement;
        using var weights = SafetensorsFile.Open(Path.Combine(adapter, "adapter_model.safetensors"));
        return root.GetProperty("peft_type").GetString() == "LORA"
            && root.GetProperty("alora_invocation_tokens").ValueKind == JsonValueKind.Null
            && weights.Header.Tensors.All(t => t.Name.EndsWith(".lora_A.weight", StringComparison.Ordinal) || t.Name.EndsWith(".lora_B.weight", StringComparison.Ordinal))
            && root.GetProperty("target_parameters").ValueKind == JsonValueKind.Null;
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
    }
}

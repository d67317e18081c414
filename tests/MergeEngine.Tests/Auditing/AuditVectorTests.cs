using System.Text.Json;
using Loragate.Artifacts.Records.Auditing;
using Loragate.Artifacts.Safetensors;
using Loragate.Testing;

namespace Loragate.MergeEngine.Auditing;

[Trait(SharedFolder.Category, SharedFolder.Name)]
public sealed class AuditVectorTests
{
    public static TheoryData<string, string> Merges =>
        [.. from name in SharedFolder.Folders("vectors", "merge")
            from file in SharedFolder.Files("vectors", "merge", name)
            where file is "exact.safetensors" || file.StartsWith("merged", StringComparison.Ordinal)
            select (name, file)];

    /// <summary>
    /// PEFT's own merges are what their file says, tensor by tensor. Where PEFT leaves a head tied that the live adapter treats apart, the
    /// head is missing, and the audit says that it is no merge.
    /// </summary>
    [Theory(SkipTestWithoutData = true)]
    [MemberData(nameof(Merges))]
    public void A_merge_of_PEFT_is_recognised_for_what_it_is(string name, string file)
    {
        using var temp = new TempFolder();
        using var about = JsonDocument.Parse(File.ReadAllBytes(SharedFolder.PathTo("vectors", "merge", name, "case.json")));
        if (!File.Exists(SharedFolder.PathTo("vectors", "merge", name, "exact.safetensors")))
            return;
        var baseFolder = Base(temp, about.RootElement, name);
        var merged = Patchwork.WithTensorsOf(baseFolder, temp.PathTo("merged"), SharedFolder.PathTo("vectors", "merge", name, file));
        var audit = MergeAuditor.Audit(Request(baseFolder, name, merged));

        using var exact = SafetensorsFile.Open(SharedFolder.PathTo("vectors", "merge", name, "exact.safetensors"));
        using var theirs = SafetensorsFile.Open(SharedFolder.PathTo("vectors", "merge", name, file));
        TensorVerdict[] allowed = file switch
        {
            "exact.safetensors" => [TensorVerdict.Canonical],
            "merged_noautocast.safetensors" => [TensorVerdict.Canonical, TensorVerdict.Peft, TensorVerdict.PeftSafe, TensorVerdict.PeftHalf],
            _ => [TensorVerdict.Canonical, TensorVerdict.Peft, TensorVerdict.PeftSafe],
        };
        foreach (var tensor in audit.Tensors)
        {
            var context = $"{name} {file} {tensor}";
            var (isExpected, isThere) = (exact.Find(tensor.Name) is not null, theirs.Find(tensor.Name) is not null);
            if (isExpected && isThere)
                Assert.True(allowed.Contains(tensor.Verdict), context);
            else if (isExpected)
                Assert.True(tensor.Verdict is TensorVerdict.Missing or TensorVerdict.NotMerged or TensorVerdict.Canonical, context);
            else
                Assert.Equal((isThere ? TensorVerdict.Changed : TensorVerdict.Untouched, context), (tensor.Verdict, context));
        }
        Assert.Equal(audit.Tensors.All(t => allowed.Contains(t.Verdict) || t.Verdict == TensorVerdict.Untouched), audit.Equivalent);
        Assert.Equal(exact.Header.Tensors.Select(t => t.Name).Except(audit.Tensors.Select(t => t.Name)), []);
        Assert.Equal(audit.ToCanonicalJson(), Artifacts.Records.Record.Parse<MergeAudit>(audit.ToCanonicalJson(), name).ToCanonicalJson());
    }

    internal static string Base(TempFolder temp, JsonElement about, string name)
    {
        var type = about.GetProperty("dtype").GetString() switch { "float32" => DType.F32, "float16" => DType.F16, _ => DType.BF16 };
        var source = Path.GetFullPath(Path.Combine(SharedFolder.PathTo("vectors", "merge", name), about.GetProperty("base").GetString()!));
        return CastCheckpoint.Write(source, temp.PathTo("base"), type);
    }

    internal static AuditRequest Request(string baseFolder, string name, string merged) =>
        new() { Base = baseFolder, Adapters = [new WeightedAdapter(SharedFolder.PathTo("vectors", "merge", name, "adapter"))], Merged = merged, Threads = 2, Version = "test" };
}

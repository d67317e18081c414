using System.Text.Json;
using System.Text.Json.Nodes;
using Loragate.Artifacts.Checkpoints;
using Loragate.Artifacts.Records.Auditing;
using Loragate.Artifacts.Safetensors;
using Loragate.Testing;

namespace Loragate.MergeEngine.Auditing;

[Trait(SharedFolder.Category, SharedFolder.Name)]
public sealed class AuditVectorTests
{
    public static TheoryData<string, string> Merges =>
        [.. from name in SharedFolder.Folders("vectors", "merge")
            where HasExact(name)
            from file in SharedFolder.Files("vectors", "merge", name)
            where file is "exact.safetensors" || file.StartsWith("merged", StringComparison.Ordinal)
            select (name, file)];

    /// <summary>Cases of a kind that has no exact result.</summary>
    public static TheoryData<string> Refused => [.. SharedFolder.Folders("vectors", "merge").Where(name => !HasExact(name))];

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
        var baseFolder = Base(temp, about.RootElement, name);
        var merged = Patchwork.WithTensorsOf(baseFolder, temp.PathTo("merged"), SharedFolder.PathTo("vectors", "merge", name, file));
        SayUntied(baseFolder, merged);
        var request = Request(baseFolder, name, merged);
        var audit = MergeAuditor.Audit(request);
        SameOnTorch.AssertAudit(request, audit, memory: 1 << 20);

        using var exact = SafetensorsFile.Open(SharedFolder.PathTo("vectors", "merge", name, "exact.safetensors"));
        using var theirs = SafetensorsFile.Open(SharedFolder.PathTo("vectors", "merge", name, file));
        var isOtherMode = file is not (Default or "exact.safetensors");
        using var byDefault = isOtherMode ? SafetensorsFile.Open(SharedFolder.PathTo("vectors", "merge", name, Default)) : null;
        var toldApart = 0;
        foreach (var tensor in audit.Tensors)
        {
            var context = $"{name} {file} {tensor}";
            var (isExpected, isThere) = (exact.Find(tensor.Name) is not null, theirs.Find(tensor.Name) is not null);
            if (isExpected && isThere)
            {
                var isOther = byDefault is not null && !byDefault.ReadAll(byDefault.Find(tensor.Name)!).AsSpan().SequenceEqual(theirs.ReadAll(theirs.Find(tensor.Name)!));
                toldApart += isOther ? 1 : 0;
                Assert.True(Allowed(file, isOther, tensor).Contains(tensor.Verdict), context);
            }
            else if (isExpected)
                Assert.True(tensor.Verdict is TensorVerdict.Missing or TensorVerdict.NotMerged or TensorVerdict.Canonical, context);
            else
                Assert.Equal((isThere ? TensorVerdict.Changed : TensorVerdict.Untouched, context), (tensor.Verdict, context));
        }
        Assert.True(!isOtherMode || about.RootElement.GetProperty("dtype").GetString() == "float32" || toldApart > 0, "no tensor differs from PEFT's default");
        Assert.Equal(audit.Tensors.All(t => t.Verdict is TensorVerdict.Untouched || Merged.Contains(t.Verdict)), audit.Equivalent);
        Assert.Equal(exact.Header.Tensors.Select(t => t.Name).Except(audit.Tensors.Select(t => t.Name)), []);
        Assert.Equal(audit.ToCanonicalJson(), Artifacts.Records.Record.Parse<MergeAudit>(audit.ToCanonicalJson(), name).ToCanonicalJson());
    }

    [Theory(SkipTestWithoutData = true)]
    [MemberData(nameof(Refused))]
    public void An_adapter_that_no_exact_merge_takes_is_refused_by_an_audit_too(string name)
    {
        using var temp = new TempFolder();
        using var about = JsonDocument.Parse(File.ReadAllBytes(SharedFolder.PathTo("vectors", "merge", name, "case.json")));
        var baseFolder = Base(temp, about.RootElement, name);
        var file = SharedFolder.PathTo("vectors", "merge", name, Default);
        var merged = File.Exists(file) ? Patchwork.WithTensorsOf(baseFolder, temp.PathTo("merged"), file) : baseFolder;
        Assert.Contains(Assert.Throws<MergePlanException>(() => MergeAuditor.Audit(Request(baseFolder, name, merged))).Findings, f => f.Id is "unsupported-type" or "unsupported-setting" or "no-bias");
    }

    private static bool HasExact(string name) => File.Exists(SharedFolder.PathTo("vectors", "merge", name, "exact.safetensors"));

    private const string Default = "merged.safetensors";

    private static readonly TensorVerdict[] Merged = [TensorVerdict.Canonical, TensorVerdict.Peft, TensorVerdict.PeftSafe, TensorVerdict.PeftHalf];

    /// <summary>
    /// What a merged tensor may be called: where another mode of PEFT gives other bytes than its default, by that mode's name alone. PEFT rounds the update of
    /// an embedding and of experts first in every mode; factors of the base's own type are "half" and "safe" at once, and the first that holds is told.
    /// </summary>
    private static TensorVerdict[] Allowed(string file, bool isOther, AuditedTensor tensor) => (file, isOther) switch
    {
        ("exact.safetensors", _) => [TensorVerdict.Canonical],
        ("merged_safe.safetensors", true) => [TensorVerdict.Canonical, TensorVerdict.PeftSafe],
        ("merged_noautocast.safetensors", true) => [TensorVerdict.Canonical, TensorVerdict.PeftSafe, TensorVerdict.PeftHalf],
        _ when tensor.Delta == "experts" || Layouts.BaseLayout.IsEmbedding(Layouts.BaseLayout.ModuleOf(tensor.Name)) => [TensorVerdict.Canonical, TensorVerdict.Peft, TensorVerdict.PeftSafe],
        _ => [TensorVerdict.Canonical, TensorVerdict.Peft],
    };

    /// <summary>The files hold tensors alone: a merge that made the tied head a tensor says so in its config.</summary>
    private static void SayUntied(string baseFolder, string merged)
    {
        using var before = Checkpoint.Open(baseFolder);
        using var after = Checkpoint.Open(merged);
        if (after.Tensors.Keys.All(before.Tensors.ContainsKey))
            return;
        var config = JsonNode.Parse(before.ConfigBytes.Span)!;
        config["tie_word_embeddings"] = false;
        File.WriteAllText(Path.Combine(merged, Checkpoint.ConfigFile), config.ToJsonString());
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

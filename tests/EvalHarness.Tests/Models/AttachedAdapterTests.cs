using System.Text.Json.Nodes;
using Loragate.Artifacts.Adapters;
using Loragate.Artifacts.Safetensors;
using Loragate.EvalHarness.Models;
using Loragate.EvalHarness.Scoring;
using Loragate.MergeEngine;
using Loragate.Testing;

namespace Loragate.EvalHarness.Tests.Models;

/// <summary>Adapters live beside the base, against PEFT's logits of the model with the adapter live.</summary>
[Collection(nameof(Torch))]
[Trait(SharedFolder.Category, SharedFolder.Name)]
public sealed class AttachedAdapterTests
{
    /// <summary>Both compute in float32: 1e-5 a logit of the base, and as much again for the update.</summary>
    private const float Tolerance = 1e-4f;

    /// <summary>Kinds of adapters, and settings, that are computed merged only → what the refusal names.</summary>
    private static readonly Dictionary<string, string> MergedOnly = new(StringComparer.Ordinal)
    {
        ["adalora"] = "peft_type",
        ["alora"] = "alora_invocation_tokens",
        ["bias_all"] = "bias",
        ["bias_lora_only"] = "bias",
        ["dora_embedding"] = "embed_tokens",
        ["ia3"] = "peft_type",
        ["loha"] = "peft_type",
        ["lokr"] = "peft_type",
        ["modules_to_save"] = "weight",
        ["moe_params"] = "experts",
        ["oft"] = "peft_type",
        ["trainable_tokens"] = "embed_tokens",
        ["vera"] = "peft_type",
    };

    public static TheoryData<string> Live => Cases(name => !MergedOnly.ContainsKey(name) && File.Exists(Path.Combine(Folder(name), "logits.safetensors")));

    public static TheoryData<string> Others => Cases(MergedOnly.ContainsKey);

    public static TheoryData<string> Bases => [.. Live.Select(row => Base(row.Data)).Distinct()];

    [Theory(SkipTestWithoutData = true)]
    [MemberData(nameof(Live))]
    public void Logits_with_the_adapter_live_are_those_of_the_reference(string name)
    {
        using var model = Load.Model(Base(name));
        using var adapter = PeftAdapter.Open(Path.Combine(Folder(name), "adapter"), TestContext.Current.CancellationToken);
        using var attached = model.Attach(adapter);
        using var expected = SafetensorsFile.Open(Path.Combine(Folder(name), "logits.safetensors"));
        var ids = Read<long>(expected, "input_ids");
        var wanted = Read<float>(expected, expected.Find("logits_adapter") is null ? "logits" : "logits_adapter");
        var length = (int)expected.Find("input_ids")!.Shape[^1];
        var found = ids.Chunk(length).SelectMany(row => attached.Logits([.. row.Select(i => (int)i)])).SelectMany(l => l).ToArray();
        Assert.Equal(wanted.Length, found.Length);
        Assert.InRange(wanted.Zip(found, (a, b) => Math.Abs(a - b)).Max(), 0, Tolerance);
    }

    [Theory(SkipTestWithoutData = true)]
    [MemberData(nameof(Others))]
    public void What_is_not_computed_live_is_refused_by_name(string name)
    {
        using var model = Load.Model(Base(name));
        using var adapter = PeftAdapter.Open(Path.Combine(Folder(name), "adapter"), TestContext.Current.CancellationToken);
        var refusal = Assert.Throws<ModelException>(() => model.Attach(adapter));
        Assert.Contains(MergedOnly[name], refusal.Place, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("peft_type", "TRAINABLE_TOKENS", "Trainable Tokens is not computed live", "evaluate the merged model")]
    [InlineData("peft_type", "IA3", "(IA)³ is not computed live", "evaluate the merged model")]
    [InlineData("peft_type", "LN_TUNING", "LN Tuning is not computed live", "evaluate the merged model")]
    [InlineData("init_lora_weights", "pissa_niter_16", "'pissa_niter_16' changes the base in training", "'loragate merge --residual-base'")]
    [InlineData("init_lora_weights", "olora", "'olora' changes the base in training", "evaluate the merged model")]
    public void What_is_not_computed_live_says_what_to_do_instead(string key, string value, string fault, string advice)
    {
        using var temp = new TempFolder();
        var folder = temp.Copy(Repository.PathTo("samples", "adapters", "routing-good"), "adapter");
        var config = JsonNode.Parse(File.ReadAllText(Path.Combine(folder, AdapterConfig.FileName)))!.AsObject();
        config[key] = value;
        File.WriteAllText(Path.Combine(folder, AdapterConfig.FileName), config.ToJsonString());
        using var model = Load.Model(Repository.PathTo("samples", "base"));
        using var adapter = PeftAdapter.Open(folder, TestContext.Current.CancellationToken);
        var refusal = Assert.Throws<ModelException>(() => model.Attach(adapter));
        Assert.EndsWith(key, refusal.Place, StringComparison.Ordinal);
        Assert.Contains(fault, refusal.Message, StringComparison.Ordinal);
        Assert.Contains(advice, refusal.Message, StringComparison.Ordinal);
    }

    [Theory(SkipTestWithoutData = true)]
    [MemberData(nameof(Bases))]
    public void One_base_serves_many_adapters_and_stays_itself(string folder)
    {
        using var model = Load.Model(folder);
        int[] ids = [3, 1, 4, 1, 5, 9, 2, 6];
        var before = model.Logits(ids);
        var names = Live.Select(row => row.Data).Where(name => Base(name) == folder).ToList();
        var seen = new List<float[][]> { before };
        foreach (var name in names)
        {
            using var adapter = PeftAdapter.Open(Path.Combine(Folder(name), "adapter"), TestContext.Current.CancellationToken);
            using var attached = model.Attach(adapter);
            seen.Add(attached.Logits(ids));
        }
        Assert.Equal(before, model.Logits(ids));
        Assert.Equal(names.Count + 1, seen.Select(logits => string.Join(' ', logits.SelectMany(l => l))).Distinct().Count());
    }

    [Fact]
    public void A_live_adapter_scores_and_generates_as_its_merge()
    {
        const string Name = "lora_all";
        Assert.SkipUnless(SharedFolder.IsPresent, SharedFolder.Absent);
        using var temp = new TempFolder();
        var merged = Path.Combine(temp.Path, "merged");
        var request = new MergeRequest { Base = Base(Name), Adapters = [new WeightedAdapter(Path.Combine(Folder(Name), "adapter"), 1)], Output = merged, Threads = 1, Version = "test" };
        Merger.Merge(request, cancellationToken: TestContext.Current.CancellationToken);
        using var model = Load.Model(Base(Name));
        using var adapter = PeftAdapter.Open(Path.Combine(Folder(Name), "adapter"), TestContext.Current.CancellationToken);
        using var attached = model.Attach(adapter);
        using var whole = Load.Model(merged);
        int[] context = [3, 1, 4, 1, 5, 9];
        IReadOnlyList<IReadOnlyList<ScoringRequest>> groups = [[new(context, [2, 6, 5]), new(context, [3, 5, 8, 9])]];
        var live = Score(attached, groups);
        // Sums of four log-probabilities, each within the tolerance of a logit; the base is further away than that.
        Assert.All(live.Zip(Score(whole, groups)), pair => Assert.InRange(pair.First - pair.Second, -4 * Tolerance, 4 * Tolerance));
        Assert.All(live.Zip(Score(model, groups)), pair => Assert.NotInRange(pair.First - pair.Second, -4 * Tolerance, 4 * Tolerance));
        Assert.Equal(Generate(whole, context), Generate(attached, context));
    }

    [Fact]
    public void A_live_adapter_with_a_factor_that_is_not_finite_is_refused_with_the_tensor()
    {
        const string Name = "lora_all";
        Assert.SkipUnless(SharedFolder.IsPresent, SharedFolder.Absent);
        using var temp = new TempFolder();
        var folder = temp.Copy(Path.Combine(Folder(Name), "adapter"), "adapter");
        using (var weights = File.Open(Path.Combine(folder, "adapter_model.safetensors"), FileMode.Open))
        {
            weights.Seek(-sizeof(float), SeekOrigin.End);
            weights.Write(BitConverter.GetBytes(float.NaN));
        }
        using var model = Load.Model(Base(Name));
        using var adapter = PeftAdapter.Open(folder, TestContext.Current.CancellationToken);
        var refusal = Assert.Throws<ModelException>(() => model.Attach(adapter));
        Assert.Contains(adapter.Weights.Header.Tensors.MaxBy(t => t.Start)!.Name, refusal.Place, StringComparison.Ordinal);
    }

    private static List<double> Score(LanguageModel model, IReadOnlyList<IReadOnlyList<ScoringRequest>> groups) =>
        [.. new Scorer(model, threads: 1).Score(groups, 64, null, TestContext.Current.CancellationToken).SelectMany(g => g).Select(r => r.LogLikelihood)];

    private static IReadOnlyList<int> Generate(LanguageModel model, int[] context) =>
        new GreedyDecoder(model).Generate(context, 12, _ => false, TestContext.Current.CancellationToken).Tokens;

    private static string Base(string name) =>
        Path.GetFullPath(Path.Combine(Folder(name), (string)JsonNode.Parse(File.ReadAllText(Path.Combine(Folder(name), "case.json")))!["base"]!));

    private static string Folder(string name) => SharedFolder.PathTo("vectors", "merge", $"{name}.float32");

    private static TheoryData<string> Cases(Func<string, bool> wanted) =>
        [.. SharedFolder.Folders("vectors", "merge").Where(f => f.EndsWith(".float32", StringComparison.Ordinal)).Select(f => f[..^".float32".Length]).Where(wanted)];

    private static T[] Read<T>(SafetensorsFile file, string name) where T : unmanaged =>
        System.Runtime.InteropServices.MemoryMarshal.Cast<byte, T>(file.ReadAll(file.Find(name)!)).ToArray();
}

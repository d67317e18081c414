using System.Runtime.InteropServices;
using System.Text.Json.Nodes;
using Loragate.Artifacts.Adapters;
using Loragate.EvalHarness.Models;
using Loragate.Testing;
using TorchSharp;
using static TorchSharp.torch;

namespace Loragate.Tuning.Trials;

public sealed class MergedCopyTests : IDisposable
{
    private static readonly int[] Tokens = [5, 80, 30, 7, 41, 2];

    private readonly TempFolder _temp = new();

    [Theory]
    [InlineData("lora")]
    [InlineData("dora")]
    public void A_merged_copy_computes_what_the_adapter_does_live_and_leaves_the_base_as_it_was(string method)
    {
        using var model = Sample.Load(Sample.Base, Precision.Float32);
        using var adapter = PeftAdapter.Open(Train(method));
        using var live = model.Attach(adapter);
        var before = Logits(model);
        using (var merged = new MergedCopy(model, adapter))
        {
            Assert.True(Distance(Logits(live), Logits(merged.Model)) < 1e-3);
            Assert.True(Distance(before, Logits(merged.Model)) > 0.1);
        }
        Assert.Equal(before, Logits(model));
    }

    [Theory]
    [Trait(SharedFolder.Category, SharedFolder.Name)]
    [InlineData("lora_all")]
    [InlineData("rslora")]
    [InlineData("dora_rslora")]
    [InlineData("gpt2_conv1d")]
    [InlineData("gpt2_dora")]
    [InlineData("neox_qkv")]
    [InlineData("opt")]
    [InlineData("phi3_fused")]
    public void So_it_does_however_a_family_stores_its_modules(string name)
    {
        Assert.SkipUnless(SharedFolder.IsPresent, SharedFolder.Absent);
        var folder = SharedFolder.PathTo("vectors", "merge", $"{name}.float32");
        var of = (string)JsonNode.Parse(File.ReadAllText(Path.Combine(folder, "case.json")))!["base"]!;
        using var model = Sample.Load(Path.GetFullPath(Path.Combine(folder, of)), Precision.Float32);
        using var adapter = PeftAdapter.Open(Path.Combine(folder, "adapter"));
        using var live = model.Attach(adapter);
        using var merged = new MergedCopy(model, adapter);
        Assert.True(Distance(Logits(live), Logits(merged.Model)) < 1e-4);
        Assert.True(Distance(Logits(model), Logits(merged.Model)) > 1e-3);
    }

    [Fact]
    public void A_copy_is_left_out_where_memory_for_it_lacks_and_tried_where_nobody_knows()
    {
        using var model = Sample.Load(Sample.Base, Precision.Float32);
        using var adapter = PeftAdapter.Open(Train("lora"));
        var needed = MergedCopy.BytesFor(model);
        // 1,148,032 numbers of four bytes, and half as much again.
        Assert.Equal(1_148_032 * 4 * 3 / 2, needed);
        Assert.Null(MergedCopy.UnlessTooLarge(model, adapter, needed - 1));
        foreach (var free in new long?[] { needed, null })
        {
            using var copy = MergedCopy.UnlessTooLarge(model, adapter, free);
            Assert.NotNull(copy);
        }
    }

    [Fact]
    public void What_a_copy_had_is_freed_where_the_update_does_not_fit()
    {
        var folder = Train("lora");
        var config = Path.Combine(folder, AdapterConfig.FileName);
        File.WriteAllText(config, File.ReadAllText(config).Replace("\"r\":2", "\"r\":3", StringComparison.Ordinal));
        using var model = Sample.Load(Sample.Base, Precision.Float32);
        using var adapter = PeftAdapter.Open(folder);
        var live = DisposeScopeManager.Statistics.ThreadTotalLiveCount;
        Assert.Contains("shape [2, ", Assert.Throws<ModelException>(() => MergedCopy.UnlessTooLarge(model, adapter, null)).Message, StringComparison.Ordinal);
        Assert.Equal(live, DisposeScopeManager.Statistics.ThreadTotalLiveCount);
    }

    [Fact]
    public void Memory_that_the_system_does_not_give_is_told_from_other_faults()
    {
        // 2⁵⁰ numbers of four bytes are more than a process can address.
        Assert.True(MergedCopy.IsLackOfMemory(Assert.ThrowsAny<ExternalException>(() => zeros(1).expand(1L << 50).clone()).Message));
        Assert.True(MergedCopy.IsLackOfMemory("CUDA out of memory. Tried to allocate 20.00 MiB."));
        Assert.False(MergedCopy.IsLackOfMemory(Assert.ThrowsAny<ExternalException>(() => zeros(2).view(3)).Message));
    }

    public void Dispose() => _temp.Dispose();

    private string Train(string method)
    {
        _ = Trainer.Train(new TrainingSample(_temp).Request(method, method) with { LearningRate = 0.05 });
        return _temp.PathTo(method);
    }

    private static float[] Logits(LanguageModel model)
    {
        using var logits = model.Logits(Tokens, TestContext.Current.CancellationToken);
        return logits.data<float>().ToArray();
    }

    private static double Distance(float[] one, float[] other) => one.Zip(other, (a, b) => Math.Abs((double)a - b)).Max();
}

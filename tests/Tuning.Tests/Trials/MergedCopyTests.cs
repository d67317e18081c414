using System.Text.Json.Nodes;
using Loragate.Artifacts.Adapters;
using Loragate.Artifacts.Checkpoints;
using Loragate.EvalHarness.Models;
using Loragate.Testing;
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
        _ = Trainer.Train(new TrainingSample(_temp).Request(method, method) with { LearningRate = 0.05 });
        using var checkpoint = Checkpoint.Open(Sample.Base);
        using var model = LanguageModel.Load(checkpoint, Precision.Float32, CPU, TestContext.Current.CancellationToken);
        using var adapter = PeftAdapter.Open(_temp.PathTo(method));
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

    public void Dispose() => _temp.Dispose();

    private static float[] Logits(LanguageModel model)
    {
        using var logits = model.Logits(Tokens, TestContext.Current.CancellationToken);
        return logits.data<float>().ToArray();
    }

    private static double Distance(float[] one, float[] other) => one.Zip(other, (a, b) => Math.Abs((double)a - b)).Max();
}
